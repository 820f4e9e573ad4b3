/** The check of the view: what `ls` shows is what the log says. */
import type { JobSystem } from "../../jobchart.ts";
import type { Group } from "../../machines/record.ts";
import type { Finding } from "./finding.ts";

/** Jobs that change while they are looked at are looked at again by who asks again. */
export async function checkView(
  system: JobSystem,
  open: readonly Group[],
): Promise<readonly Finding[]> {
  const position = await system.view.catchUp();
  const shown = new Map((await system.queryJobs()).map((info) => [info.uid, info]));
  const isStill = position === (await system.bus.log.head());
  const jobs = open.flatMap((group) => group.jobs).filter(({ status }) => status !== "null");
  return jobs
    .filter(({ uid, epoch, status }) => {
      const info = shown.get(uid);
      return isStill && (info?.status !== status || info.epoch !== epoch);
    })
    .map(({ id, uid, status }) => ({
      level: "problem",
      about: `job ${id}`,
      text: `the log says ${status}, the view ${shown.get(uid)?.status ?? "nothing"}`,
      advice: "stop what uses the bus and remove its scratch file: the view is built again",
    }));
}
