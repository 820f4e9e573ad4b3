/** Insisting: work that meets an I/O error is done again until it succeeds or the job's policy says no. */
import type { RunningJob } from "../../actors/driver.ts";
import { IoFault } from "./io-fault.ts";

/**
 * Does it until it succeeds or the job's error policy says no. To ignore an error would be to make
 * a wrong copy, so `ignore` fails the job as `report` does.
 */
export async function insist<T>(
  job: Pick<RunningJob, "ioError">,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof IoFault)) throw error;
      const verdict = await job.ioError(error, error.operation);
      if (verdict === "ignore") throw error;
    }
  }
}
