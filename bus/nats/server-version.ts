/**
 * Which nats-servers will do. Those before 2.11 ignore without a word what the bus relies on, so
 * that of several writers each may win.
 */
export const versionMin = "2.11.0";

/** Whether a server of that version, `2.15.1` or `2.12.0-preview.1`, is one that will do. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major > 2 || (major === 2 && minor >= 11);
}
