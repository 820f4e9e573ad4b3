/** A value in words, on one line: whatever somebody put into a record. */

const valueColumnsMax = 48;

/** JSON without the quotes of a plain text, cut where it would fill the line. */
export function valueText(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  const line = text.replaceAll(/\p{Cc}+/gu, " ");
  return line.length <= valueColumnsMax ? line : `${line.slice(0, valueColumnsMax - 1)}…`;
}
