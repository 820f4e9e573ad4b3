/**
 * Tokens of a subject: the parts between its dots. Letters, digits, `-` and `_` stand for
 * themselves, every other byte (UTF-8) is written `=2E`, so that no two texts share a token.
 */

export function tokenOf(text: string): string {
  return text.replace(/[^\w-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `=${hex(byte)}`).join(""),
  );
}

/** The text that a token stands for. */
export function textOf(token: string): string {
  const bytes = token.replaceAll(/=([0-9A-F]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return Buffer.from(bytes, "latin1").toString();
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}
