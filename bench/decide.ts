/**
 * decide and evolve over a whole life, against raw `machine.transition` over the statechart steps
 * of the same life, with one scope made once.
 */
import { createActor } from "xstate";
import { groupSnapshot, inertScope, jobSnapshot } from "../machines/charts.ts";
import { evolve } from "../machines/evolve.ts";
import { groupMachine, type GroupEvent } from "../machines/group.ts";
import type { Draft, Input, JobEvent } from "../machines/input.ts";
import { jobMachine } from "../machines/job.ts";
import { decide } from "../machines/lifecycle.ts";
import { blankJob, emptyGroup } from "../machines/record.ts";
import { bestMs, perSecond, rate, ratio, type Figure } from "./figure.ts";

const gid = "gabcdefghijklmnop";
const uid = `${gid}-1`;
const lives = 5_000;

const draft: Draft = {
  id: "bench",
  uid,
  type: "noop",
  args: {},
  shape: { can: ["prepare", "commit", "clean"], place: "anywhere", recover: "resume" },
};
const claim = { session: "session", worker: "worker", host: "host" };
const inputs = [
  { verb: "create", completion: "individual", jobs: [draft] },
  { verb: "claimed", uid, epoch: 1, claim },
  { verb: "pause", uid },
  { verb: "paused", uid, epoch: 1 },
  { verb: "resume", uid },
  { verb: "resumed", uid, epoch: 1 },
  { verb: "finished", uid, epoch: 1 },
  { verb: "prepared", uid, epoch: 1 },
  { verb: "committed", uid, epoch: 1 },
  { verb: "cleaned", uid, epoch: 1 },
] as const;
const life: readonly Input[] = inputs.map((input, index) =>
  Object.assign({ id: String(index), by: "bench", at: 1_000 * index }, input),
);

/** What the statecharts are told for each fact of that life, in the order of the facts. */
const told: readonly (GroupEvent | JobEvent["verb"])[] = [
  "create.job",
  "claimed",
  "pause",
  "paused",
  "resume",
  "resumed",
  "finished",
  "group.converge",
  { type: "finalize" },
  "prepared",
  { type: "tally" },
  "committed",
  "cleaned",
  "settle",
  "auto-dismiss",
];

export async function* decideBench(): AsyncGenerator<Figure> {
  const steps = transitions();
  const raw = perSecond(
    lives,
    await bestMs(5, () => repeat(() => steps.forEach((step) => step()))),
  );
  const ours = perSecond(lives, await bestMs(5, () => repeat(decideOnce)));
  const twice = perSecond(lives, await bestMs(5, () => repeat(decideAndFold)));
  yield { what: `machine.transition, ${steps.length} steps a life`, figure: rate(raw, "lives") };
  yield { what: "decide", figure: rate(ours, "lives"), against: `${ratio(ours, raw)} (aim 0.40)` };
  yield {
    what: "decide, then fold the events again",
    figure: rate(twice, "lives"),
    against: ratio(twice, raw),
  };
}

function repeat(work: () => void): void {
  for (let round = 0; round < lives; round += 1) work();
}

function decideOnce(): void {
  const end = life.reduce((group, input) => decide(group, input).next, emptyGroup(gid));
  if (end.jobs[0]?.status !== "null") throw new Error("the life did not end");
}

function decideAndFold(): void {
  life.reduce((group, input) => decide(group, input).events.reduce(evolve, group), emptyGroup(gid));
}

/** The life as calls of `machine.transition`, each in the state that it happens in. */
function transitions(): readonly (() => unknown)[] {
  const jobScope = inertScope(createActor(jobMachine));
  const groupScope = inertScope(createActor(groupMachine));
  const steps: (() => unknown)[] = [];
  let group = emptyGroup(gid);
  for (const input of life) {
    let before = group;
    const { events, next } = decide(group, input);
    for (const fact of events) {
      const [job = blankJob] = before.jobs;
      const what = told[steps.length];
      if (typeof what === "object") {
        const state = groupSnapshot([job]);
        steps.push(() => groupMachine.transition(state, what, groupScope));
      } else {
        const state = jobSnapshot(job);
        const event = { ...input, draft, group: { by: "", name: null }, verb: what, type: what };
        steps.push(() => jobMachine.transition(state, event as never, jobScope));
      }
      before = evolve(before, fact);
    }
    group = next;
  }
  return steps;
}
