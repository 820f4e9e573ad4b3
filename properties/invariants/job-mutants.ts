/** Mutants of one job's life: each breaks one of S1 to S16. */
import type { Fact } from "../../machines/fact.ts";
import { decide } from "../../machines/lifecycle.ts";
import type { Decide } from "../../machines/story.ts";
import {
  alone,
  forgetting,
  recording,
  seeing,
  setting,
  withEvents,
  type Mutant,
} from "./mutant.ts";

/** A pause moves the job at once, and a run that ends meanwhile is believed. */
const optimisticPause: Decide = (group, input) => {
  if (input.verb === "finished") {
    return seeing("finished", () => ({ status: "running" }))(group, input);
  }
  const decision = decide(group, input);
  const [job] = group.jobs;
  if (input.verb !== "pause" || job === undefined) return decision;
  const { id, uid } = job;
  const move: Fact = { job: id, uid, kind: "status", from: "running", to: "paused" };
  return withEvents(group, decision, [...decision.events, move]);
};

/** A parked job that is given up does not go by way of running. */
const straightFromPaused = recording((fact) => {
  if (fact.from === "paused") return [];
  return fact.to === "aborting" ? { ...fact, from: "paused" } : fact;
});

export const jobMutants: readonly Mutant[] = [
  {
    breaks: "S1",
    how: "a pause is believed to have happened when it is asked",
    broken: optimisticPause,
    story: (story) => alone(story).play("claimed a", "pause a").ask("a", "finished"),
  },
  {
    breaks: "S1",
    how: "a parked job is aborted where it stands",
    broken: straightFromPaused,
    story: (story) => alone(story).play("claimed a", "pause a", "paused a", "lost a", "cancel a"),
  },
  {
    breaks: "S2",
    how: "something is noted of a job that is gone",
    broken: recording((fact) => (fact.to === "null" ? [fact, noted(fact)] : fact)),
    story: (story) => alone(story).ask("a", "cancel"),
  },
  {
    breaks: "S3",
    how: "a lost worker sends a waiting job back to work",
    broken: recording((fact) =>
      fact.kind === "lost" ? { ...fact, kind: "status", from: "waiting", to: "running" } : fact,
    ),
    story: (story) => {
      story.create([{ id: "a" }, { id: "b" }]);
      story.play("claimed a b", "finished a").ask("a", "lost");
    },
  },
  {
    breaks: "S4",
    how: "a parked job that is given up does not go by way of running",
    broken: straightFromPaused,
    story: (story) => alone(story).play("claimed a", "pause a", "paused a", "lost a", "cancel a"),
  },
  {
    breaks: "S5",
    how: "a worker's word is enough to become ready",
    broken: seeing("ready", ({ shape }) => ({ shape: { ...shape, can: ["ready"] } })),
    story: (story) => {
      story.create([{ id: "a" }]);
      story.play("claimed a").ask("a", "ready");
    },
  },
  {
    breaks: "S6",
    how: "a failure is not written down",
    broken: recording(({ set: { error: _error, ...set } = {}, ...fact }) => ({ ...fact, set })),
    story: (story) => alone(story).play("claimed a").ask("a", "failed"),
  },
  {
    breaks: "S7",
    how: "an abort ends in success",
    broken: setting(
      ({ to }) => to === "concluded",
      () => ({ outcome: "success" }),
    ),
    story: (story) => alone(story).play("claimed a", "failed a", "aborted a", "cleaned a"),
  },
  {
    breaks: "S8",
    how: "the abort writes its own error over the first",
    broken: setting(
      ({ kind }) => kind === "acked",
      () => ({ error: "aborted" }),
    ),
    story: (story) => alone(story).play("claimed a", "failed a", "aborted a"),
  },
  {
    breaks: "S9",
    how: "a job concludes without its clean",
    broken: seeing("aborted", ({ shape }) => ({ shape: { ...shape, can: ["abort"] } })),
    story: (story) => alone(story).play("claimed a", "failed a", "aborted a"),
  },
  {
    breaks: "S10",
    how: "a running job can be dismissed",
    broken: seeing("dismiss", () => ({ status: "concluded" })),
    story: (story) => alone(story).play("claimed a").ask("a", "dismiss"),
  },
  {
    breaks: "S11",
    how: "manual dismiss keeps a job that never ran",
    broken: forgetting(({ to }) => to === "null"),
    story: (story) => alone(story).ask("a", "cancel"),
  },
  {
    breaks: "S12",
    how: "a worker parks a job that nobody paused",
    broken: seeing("paused", () => ({ userPaused: true })),
    story: (story) => alone(story).play("claimed a").ask("a", "paused"),
  },
  {
    breaks: "S13",
    how: "a lost worker lifts its user's pause",
    broken: setting(
      ({ kind }) => kind === "lost",
      () => ({ userPaused: false }),
    ),
    story: (story) => alone(story).play("claimed a", "pause a", "paused a", "lost a"),
  },
  {
    breaks: "S14",
    how: "a soft-cancelled job can still be completed",
    broken: seeing("complete", () => ({ cancel: "no" })),
    story: (story) => {
      alone(story).play("claimed a", "ready a").tell("a", "cancel", { soft: true });
      story.ask("a", "complete");
    },
  },
  {
    breaks: "S15",
    how: "any progress is believed",
    broken: seeing("progress", () => ({ progress: { current: 0, total: 0 } })),
    story: (story) => {
      alone(story).play("claimed a", "progress a", "progress a");
      story.ask("a", "progress", { progress: { current: 1, total: 9 } });
    },
  },
  {
    breaks: "S16",
    how: "a speed is rounded",
    broken: setting(
      ({ kind }) => kind === "speed",
      () => ({ speed: 64 }),
    ),
    story: (story) => alone(story).play("claimed a", "set-speed a"),
  },
];

function noted({ job, uid }: Fact): Fact {
  return { ...(job && { job }), ...(uid && { uid }), kind: "noted" };
}
