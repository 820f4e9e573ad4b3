/** The contract of drivers is broken: the message says, to the driver's author, by what. */

export class ContractError extends Error {
  override readonly name = "ContractError";
  /** `cause` is what the driver threw. */
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** Lives that should be equal are not: nothing that was done to them has a part in it. */
export class UnequalLives extends ContractError {}

/** The lines of a stack from whoever called `callee` on: where an author finds the driver's tests. */
export function callersOf(callee: (...given: never[]) => unknown): string {
  const place = { stack: "" };
  Error.captureStackTrace(place, callee);
  return place.stack.split("\n").slice(1).join("\n");
}

/** Acts; a breach of the contract is shown at those lines, and not where it was noticed. */
export async function shownAt<T>(lines: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ContractError) {
      error.stack = `${error.name}: ${error.message}\n${lines}`;
    }
    throw error;
  }
}

/** Acts; what goes wrong is told with `when` before it. */
export async function telling<T>(when: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof UnequalLives) throw error;
    const cause = error instanceof ContractError ? error.cause : error;
    throw new ContractError(`${when}${error.message}`, cause);
  }
}
