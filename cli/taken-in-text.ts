/** What was taken in, in one line: JSON for programs, counts for people. */
import type { Bus } from "../bus/bus.ts";
import { isEnded } from "../machines/status.ts";
import type { LogFile } from "./log-file.ts";
import { counted } from "./units.ts";

/** `added`: how many of the commits were not there before. */
export function takenInText(
  { url }: Bus,
  { entries, groups }: LogFile,
  { added, isJson }: { readonly added: number; readonly isJson: boolean },
): string {
  const jobs = groups.flatMap((group) => group.jobs);
  const unfinished = jobs.filter(({ status }) => !isEnded(status)).length;
  const commits = entries.length;
  if (isJson) {
    const counts = { commits, added, groups: groups.length, jobs: jobs.length, unfinished };
    return JSON.stringify({ bus: url, ...counts });
  }
  const before = added < commits ? ` (${commits - added} were there already)` : "";
  const same = added === 0 && commits > 0 ? "; nothing was new, and no new generation began" : "";
  return `${url}: ${counted(commits, "commit")}${before}, ${counted(jobs.length, "job")}, ${unfinished} unfinished${same}`;
}
