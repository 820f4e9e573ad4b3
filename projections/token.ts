/**
 * Tokens of a subject: the parts between its dots. Letters, digits, `-` and `_` stand for
 * themselves, every other byte (UTF-8) is written `=2E`, so that no two texts share a token.
 */

export function tokenOf(text: string): string {
  return text.replace(/[^\w-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `=${hex(byte)}`).join(""),
  );
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}
