/** What a thrown value says to people. */
import { inspect } from "node:util";

/** One text of at most 2,000 characters. */
export function textOf(error: unknown): string {
  const text = said(error);
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text;
}

/** Anything may be thrown, and an error's message may be anything. */
function said(error: unknown): string {
  if (typeof error === "string") return error;
  if (!(error instanceof Error)) return `the driver threw ${inspect(error)}`;
  const message: unknown = error.message;
  return typeof message === "string" ? message || error.name : inspect(message);
}
