/**
 * fast-check, an optional peer of this package: who draws nothing at random need not have it.
 * What is drawn here and what a test asserts must come of one and the same fast-check.
 */
import type * as FastCheck from "fast-check";

const found: typeof FastCheck | undefined = await import("fast-check").catch(missing);

/** Fails, saying what to install, when it is not there. */
export function fastCheck(): typeof FastCheck {
  if (found !== undefined) return found;
  throw new Error(
    "arbitraries need the package fast-check, which is not installed: npm install --save-dev fast-check",
  );
}

function missing(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return;
  throw error;
}
