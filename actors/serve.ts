/** Serves one hold to its end: does what the record asks for, until it is somebody else's. */
import { stepOf } from "../machines/duty.ts";
import { isEnded, isWorking } from "../machines/status.ts";
import type { Driver } from "./driver.ts";
import type { Hold } from "./hold.ts";
import { Run } from "./run.ts";
import { doStep } from "./step.ts";

export async function serve(hold: Hold, driver: Driver): Promise<void> {
  while (hold.isMine() && !isEnded(hold.job.status)) {
    const step = stepOf(hold.job);
    if (isWorking(hold.job.status)) await new Run(hold, driver).execute();
    else if (hold.isReleasing) await hold.report({ verb: "released" });
    else if (step === null) await hold.changed();
    else await doStep(hold, driver, step);
  }
  await hold.close();
}
