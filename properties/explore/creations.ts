/**
 * The first thing said to a group: its creation, well or badly asked, a void, or words to a job
 * that was never made.
 */
import type { Create, Draft, JobInput, VoidGroup } from "../../machines/input.ts";
import { uidOf } from "../../machines/job-id.ts";
import { blankJob } from "../../machines/record.ts";
import { verbNames } from "../../machines/status.ts";
import { draftOf, firstWorker, usualInput } from "../../machines/story.ts";
import type { Plan } from "./plans.ts";

export interface Creation {
  readonly detail?: string;
  readonly said: Create | VoidGroup | JobInput;
}

/** Every plan, claimed at once and not; every way to ask for it badly. */
export function creationsOf(
  gid: string,
  plans: readonly Plan[],
  isCore: boolean,
): readonly Creation[] {
  const whole = plans.map((plan, index) => created(gid, plan, `plan ${index + 1}`));
  if (isCore) return whole;
  const claimed = whole.map(({ said, detail }) => ({
    said: { ...said, claim: firstWorker },
    detail: `${detail}, claimed at once`,
  }));
  const [first] = whole;
  const broken = first === undefined ? [] : badly(first.said);
  const nobody = { ...blankJob, uid: uidOf(gid, 1) };
  const unheard = verbNames.map((verb) => ({
    said: usualInput(nobody, verb),
    detail: "to nobody",
  }));
  return [...whole, ...claimed, ...broken, { said: { verb: "void" } }, ...unheard];
}

function created(gid: string, { completion, members }: Plan, detail: string) {
  const jobs = members.map((member, place) => draftOf(member, place + 1, gid));
  return { said: { verb: "create", completion, jobs } as Create, detail };
}

function badly({ jobs, ...create }: Create): readonly Creation[] {
  const last = jobs.length - 1;
  const withOne = (place: number, change: Partial<Draft>, detail: string): Creation => ({
    said: { ...create, jobs: jobs.map((job, at) => (at === place ? { ...job, ...change } : job)) },
    detail,
  });
  return [
    withOne(0, { speed: -1 }, "with a speed of -1 for the first job"),
    withOne(last, { speed: -1 }, "with a speed of -1 for the last job"),
    withOne(last, { id: "1" }, "with a job named 1"),
    ...(last > 0 ? [withOne(last, { id: "a" }, "with two jobs named a")] : []),
    { said: { ...create, jobs: [] }, detail: "of no jobs" },
  ];
}
