/**
 * A read or a write that the system refused. It names the path and says on which side it happened,
 * because that is what a job's error policy decides by. It carries the system's `code`.
 */
import { bytePath, quoted } from "./byte-path.ts";

export type Operation = "read" | "write";

export class IoFault extends Error {
  override readonly name = "IoFault";
  readonly code: string;
  readonly operation: Operation;

  constructor(message: string, code: string, operation: Operation) {
    super(message);
    this.code = code;
    this.operation = operation;
  }
}

/** What the system answered: a code such as ENOENT, or undefined for any other error. */
export function codeOf(error: unknown): string | undefined {
  const isSystem = error instanceof Error && "syscall" in error && "code" in error;
  return isSystem && typeof error.code === "string" ? error.code : undefined;
}

/** A system error as a fault that names its path; any other error as it is. */
export function faultOf(error: unknown, operation: Operation, path: string): unknown {
  const code = codeOf(error);
  if (code === undefined || !(error instanceof Error)) return error;
  const [reason] = error.message.split(", ");
  return new IoFault(`cannot ${operation} ${quoted(path)}: ${reason}`, code, operation);
}

/**
 * The same for what was to be made in a folder. That the folder is closed to this process is for
 * people to mend: an ordinary error.
 */
export function makeFaultOf(error: unknown, path: string, folder: string): unknown {
  if (!["EACCES", "EPERM", "EROFS"].includes(codeOf(error) ?? "") || !(error instanceof Error)) {
    return faultOf(error, "write", bytePath(path));
  }
  const text = `the folder ${JSON.stringify(folder)} cannot be written: ${error.message}`;
  return new Error(text, { cause: error });
}

export function attempt<T>(operation: Operation, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw faultOf(error, operation, path);
  }
}
