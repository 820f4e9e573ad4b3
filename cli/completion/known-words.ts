/**
 * The words that only the running system knows: ids of jobs, job types. It is asked while somebody
 * waits at a keyboard: what does not answer within a second has nothing to say.
 */
import { realWorld } from "../../bus/world.ts";
import { builtIn } from "../../drivers/built-in.ts";
import type { JobSystem } from "../../jobchart.ts";
import { isVerb, type Verb } from "../../machines/status.ts";
import type { JobInfo } from "../../projections/job-info.ts";
import type { Call } from "../call.ts";
import { isOpenTo } from "../open-to.ts";
import type { Candidate } from "./candidate.ts";

const answerMsMax = 1_000;
const silence = (): void => {};
const endedMs = 24 * 3_600_000;

/** The ids of the jobs that are open to the verb, or of all, also of those that ended within a day. */
export async function jobIds(call: Call, which: Verb | "job"): Promise<readonly Candidate[]> {
  const infos = await answered(call, async (system) => {
    const jobs = await system.queryJobs();
    if (isVerb(which)) return jobs.filter((info) => isOpenTo(which, info));
    return [...jobs, ...(await system.view.endedSince(realWorld.now() - endedMs))];
  });
  const newest = new Map<string, JobInfo>();
  for (const info of infos) if (!newest.has(info.id)) newest.set(info.id, info);
  return [...newest.values()].map(({ id, type, status, outcome }) => {
    return { word: id, about: `${type}, ${outcome ?? status}` };
  });
}

/** The job types of this program and those that workers have declared. */
export async function jobTypes(call: Call): Promise<readonly Candidate[]> {
  const declared = await answered(call, async (system) => system.types());
  const types = new Map([...builtIn, ...declared].map((each) => [each.type, each.description]));
  return [...types].map(([word, about = ""]) => ({ word, about }));
}

async function answered<Item>(
  call: Call,
  question: (system: JobSystem) => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  const asking = async (): Promise<readonly Item[]> => {
    await using system = await call.open({ onError: silence, onWait: silence });
    return await question(system);
  };
  const late = realWorld.sleep(answerMsMax).then(() => []);
  return Promise.race([asking(), late]).catch(() => []);
}
