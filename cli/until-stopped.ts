/** Waiting for the end of a command that runs until it is told to stop. */
import { exit } from "./exit-code.ts";

/** Resolves at the first signal to stop; a second one ends the process. */
export function interrupted(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let count = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      count += 1;
      if (count > 1) process.exit(exit.cancelled);
      resolve();
    });
  }
  return promise;
}

/** Fails with the reason once the bus cannot be used any more. */
export async function broken(failed: Promise<Error>): Promise<never> {
  throw await failed;
}
