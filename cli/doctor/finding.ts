/** A finding of the doctor: what is wrong, where, and what to do about it. */
export interface Finding {
  /**
   * `corrupt`: the log cannot be trusted there. `problem`: all is readable, something is amiss.
   * `advice`: all is well, and would be safer otherwise. `unseen`: it could not be looked at. The
   * last two do not make the doctor fail.
   */
  readonly level: "corrupt" | "problem" | "advice" | "unseen";
  /** What it is about: a group, a job, a name, the file, a stream. */
  readonly about: string;
  readonly text: string;
  readonly advice: string;
}

/** Whether something is wrong. */
export function isTrouble({ level }: Finding): boolean {
  return level === "corrupt" || level === "problem";
}
