/** What a run of a mirror comes to. */
import type { Json } from "../../actors/driver.ts";

export type Result = {
  /** Copied in the process that ended the run. */
  readonly bytes: number;
  /** Made in that process. */
  readonly passes: number;
  /** The pivot is to be switched: there is one, and the job was completed and not cancelled. */
  readonly switched: boolean;
};

export function isSwitched(result: Json): boolean {
  const { switched } = Object.assign(Object.create(null) as object, result) as Partial<Result>;
  return switched === true;
}
