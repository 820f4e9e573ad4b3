/** What the end of a program means for its job. */
import { Retryable } from "../../actors/driver.ts";
import type { Exit } from "./program.ts";

interface Ending {
  readonly exit: Exit;
  /** As it was asked for. */
  readonly name: string;
  /** The signal that it was told to finish with; undefined when it was not. */
  readonly completedBy: NodeJS.Signals | undefined;
  readonly lastWords: string;
}

/** The job's result. Fails with Retryable when the program did. */
export function resultOf({ exit, name, completedBy, lastWords }: Ending) {
  const { exitCode, signal } = exit;
  if (exitCode === 0 || (signal !== null && signal === completedBy)) return { exitCode, signal };
  const how = signal === null ? `exited with code ${exitCode}` : `was killed by ${signal}`;
  throw new Retryable(`'${name}' ${how}${lastWords === "" ? "" : `: ${lastWords}`}`);
}
