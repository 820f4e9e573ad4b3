/** A finding of the doctor: what is wrong, where, and what to do about it. */
export interface Finding {
  /** `corrupt`: the log cannot be trusted there. `problem`: all is readable, something is amiss. */
  readonly level: "corrupt" | "problem";
  /** What it is about: a group, a job, a name, the file. */
  readonly about: string;
  readonly text: string;
  readonly advice: string;
}
