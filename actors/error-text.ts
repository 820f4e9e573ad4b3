/** What a thrown value says to people: one text of at most 2,000 characters. */
export function textOf(error: unknown): string {
  if (error === undefined || error === null) return `the driver threw ${String(error)}`;
  const text = String(error instanceof Error ? error.message || error.name : error);
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text;
}
