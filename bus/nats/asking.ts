/**
 * Asking the server: whatever goes wrong is an error of the bus, and a bus that is closed says so.
 */
import type { Link } from "./link.ts";
import { natsError } from "./nats-error.ts";

/** How long an answer of the server is waited for. */
export const answerMsMax = 5_000;

/** `doing` begins the message of whatever goes wrong. */
export async function asking<T>(link: Link, doing: string, ask: () => Promise<T>): Promise<T> {
  link.life.assertOpen();
  try {
    return await ask();
  } catch (error) {
    link.life.assertOpen();
    throw natsError(error, doing);
  }
}

/** What the subjects of JetStream's own requests begin with. */
export function apiOf({ jsm }: Link): string {
  return jsm.getOptions().apiPrefix ?? "$JS.API";
}
