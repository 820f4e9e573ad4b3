/**
 * A report that no repetition gets into the log: it is malformed, or too large, wherever it is
 * sent. Who made it has to say something else instead.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Reply } from "./commands.ts";

/** The guards that look at what is said, and at nothing that could change meanwhile. */
const guards = new Set(["body", "form"]);

export class Unreportable extends Error {
  override readonly name = "Unreportable";

  constructor(verb: string, why: string, options?: ErrorOptions) {
    super(`the report '${verb}' was refused: ${why}`, options);
  }
}

/** What `act` resolves with. Fails with Unreportable when the report is refused for good. */
export async function reportable<R extends Reply | undefined>(
  verb: string,
  act: () => Promise<R>,
): Promise<R> {
  const reply = await act().catch((error: unknown) => {
    const isTooLarge = error instanceof BusError && error.code === "too-large";
    throw isTooLarge ? new Unreportable(verb, error.message, { cause: error }) : error;
  });
  if (reply !== undefined && "refused" in reply && guards.has(reply.guard)) {
    throw new Unreportable(verb, reply.refused);
  }
  return reply;
}
