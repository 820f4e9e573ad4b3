/**
 * The caller's mistake: `usage` for words that make no sense, `unreadable` for a file or text that
 * cannot be read as what it should be. Both exit with 2.
 */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code: "usage" | "unreadable";

  constructor(message: string, options: ErrorOptions & { code?: "usage" | "unreadable" } = {}) {
    super(message, options);
    this.code = options.code ?? "usage";
  }
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
