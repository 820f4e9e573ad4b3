/**
 * The laws of the statecharts: what they make of an input is what is recorded, and the group's
 * goes on as its members do. Asked of every step beside the invariants; throws where one is broken.
 */
import { isDeepStrictEqual } from "node:util";
import { transition } from "xstate";
import { jobSnapshot, stepJob } from "../../machines/charts.ts";
import { isAllowed } from "../../machines/checks.ts";
import { evolve, evolveJob } from "../../machines/evolve.ts";
import { groupMachine, stageOf, type GroupEvent, type Stage } from "../../machines/group.ts";
import type { JobEvent } from "../../machines/input.ts";
import { jobMachine } from "../../machines/job.ts";
import type { Job } from "../../machines/record.ts";
import { draftOf } from "../../machines/story.ts";
import { changesOf, partiesOf, type Change, type Step } from "../invariants/invariant.ts";

export function compareWithCharts(step: Step): void {
  compareWithJobChart(step);
  for (const change of changesOf(step)) {
    compareWithGroupChart(change);
  }
}

const at = 0;
/** What the lifecycle says to its own jobs. */
const inner: readonly JobEvent[] = [
  {
    verb: "create.job",
    draft: draftOf({ id: "a" }, 1),
    group: { name: null, completion: "grouped", by: "" },
    at,
  },
  { verb: "create.undo", at },
  { verb: "group.converge", at },
  { verb: "group.abort", cause: null, text: "", at },
  { verb: "give-up", error: null, at },
  { verb: "settle", at },
  { verb: "auto-dismiss", at },
];

/** The statechart hears these words exactly where the checks allow them. */
export function compareInnerWords(job: Job): void {
  for (const event of inner) {
    const isHeard = stepJob(job, event) !== undefined;
    expectSame(`${event.verb}, heard in ${job.status}`, isHeard, isAllowed(job, event));
  }
}

/** The statechart's value and context are what evolve makes of the fact that it recorded. */
function compareWithJobChart({ before, input, decision }: Step): void {
  if (!("uid" in input) || decision.refusal !== undefined) return;
  const job = before.jobs.find(({ uid }) => uid === input.uid);
  if (job === undefined) return;
  const [after] = transition(jobMachine, jobSnapshot(job), { ...input, type: input.verb });
  const { fact, job: moved } = after.context;
  if (fact === null) throw new Error(`${input.verb}: accepted, but not by the statechart`);
  expectSame("the statechart's context", moved, evolveJob(job, fact));
  expectSame("the statechart's value", after.value, moved.status);
}

/** The stage is what the members amount to; all ended is its end, and before it there is none. */
function compareWithGroupChart({ fact, after, group }: Change): void {
  const was = stageBy(partyIn(group.jobs, after));
  const members = partyIn(evolve(group, fact).jobs, after);
  const is = stageBy(members);
  expectSame("the stage of the members", stageOf(members), is);
  if (was === "committing" || was === "aborting") {
    expectSame(`${was}, told to conclude`, told(was, "conclude", members), is);
  }
  if (was === "pending" && is === "working") {
    expectSame("pending, told to abort", told(was, "abort", members), "aborting");
  }
}

/** The decision counts, then what all of the members are. */
function stageBy(party: readonly Job[]): Stage {
  const [first] = party;
  if (party.every(({ status }) => status === "concluded" || status === "null")) return "concluded";
  if (first?.decision === "abort") return "aborting";
  if (first?.decision === "commit") return "committing";
  if (first?.finalizing === true) return "preparing";
  return party.every(({ status }) => status === "pending") ? "pending" : "working";
}

/** Where the group's statechart comes to from a stage. */
function told(value: Stage, type: GroupEvent["type"], members: readonly Job[]): Stage {
  const state = groupMachine.resolveState({ value, context: { members, fact: null } });
  return transition(groupMachine, state, { type })[0].value;
}

function partyIn(jobs: readonly Job[], { uid }: Job): readonly Job[] {
  const parties = partiesOf({ gid: "", voided: false, jobs });
  return parties.find((party) => party.some((job) => job.uid === uid)) ?? [];
}

function expectSame(what: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
}
