/** Mutants of recording and of fencing: each breaks one of L2 to L10, F4 to F8. */
import type { Input } from "../../machines/input.ts";
import type { Group } from "../../machines/record.ts";
import { firstWorker } from "../../machines/story.ts";
import { alone, hearing, saying, seeing, setting, withEvents, type Mutant } from "./mutant.ts";

function currentEpoch(input: Input, { jobs }: Group): Input {
  return "epoch" in input && input.verb !== "claimed"
    ? { ...input, epoch: jobs[0]?.epoch ?? 0 }
    : input;
}

let asked = 0;

export const logMutants: readonly Mutant[] = [
  {
    breaks: "L2",
    how: "a fact is not written down",
    broken: saying(({ events, ...decision }) => ({ ...decision, events: events.slice(0, -1) })),
    story: (story) => void alone(story),
  },
  {
    breaks: "L3",
    how: "a fact sets what JSON cannot say",
    broken: setting(
      ({ kind }) => kind === "claimed" || kind === "lost",
      () => ({ note: undefined }),
    ),
    story: (story) => alone(story).play("claimed a", "lost a"),
  },
  {
    breaks: "L6",
    how: "the outcome is written when it is decided, and again at the end",
    broken: setting(
      ({ kind }) => kind === "decision",
      () => ({ outcome: "failed" }),
    ),
    story: (story) => alone(story).play("claimed a", "failed a"),
  },
  {
    breaks: "L8",
    how: "something is counted outside of the record",
    broken: setting(
      () => true,
      () => ({ note: `${(asked += 1)}` }),
    ),
    story: (story) => void alone(story),
  },
  {
    breaks: "L10",
    how: "a report is recorded with all that was known before",
    broken: setting(
      ({ kind }) => kind === "noted",
      () => ({ result: null }),
    ),
    story: (story) => alone(story).play("claimed a", "progress a"),
  },
  {
    breaks: "L11",
    how: "a summary says nothing of what failed",
    broken: saying((decision) => {
      const [said] = decision.events;
      if (said?.pruned === undefined) return decision;
      const jobs = said.pruned.jobs.filter(({ outcome }) => outcome === "success");
      const pruned = { ...said.pruned, jobs };
      return { ...decision, events: [{ ...said, pruned }], next: { ...decision.next, pruned } };
    }),
    story: (story) => {
      alone(story).play("cancel a").say({ verb: "prune" });
    },
  },
  {
    breaks: "F4",
    how: "nobody looks at a report's epoch",
    broken: hearing(currentEpoch),
    story: (story) => {
      alone(story).play("claimed a", "lost a", "claimed a").ask("a", "finished", { epoch: 1 });
    },
  },
  {
    breaks: "F5",
    how: "a claim takes any epoch that it likes",
    broken: setting(
      ({ to }) => to === "running",
      () => ({ epoch: 7 }),
    ),
    story: (story) => alone(story).play("claimed a"),
  },
  {
    breaks: "F6",
    how: "reports are counted",
    broken: (group, input) => {
      const heard = group.jobs[0]?.losses ?? 0;
      return setting(
        ({ kind }) => kind === "noted",
        () => ({ losses: heard + 1 }),
      )(group, input);
    },
    story: (story) => alone(story).play("claimed a", "progress a"),
  },
  {
    breaks: "F7",
    how: "an early report is acknowledged and forgotten",
    broken: saying(({ refusal, ...decision }) =>
      refusal?.guard === "early" || refusal === undefined ? decision : { ...decision, refusal },
    ),
    story: (story) => alone(story).play("claimed a").ask("a", "prepared"),
  },
  {
    breaks: "F8",
    how: "a sign of life revives an epoch that is over",
    broken: (group, input) => {
      const decision = seeing("progress", () => ({ claim: firstWorker }))(group, input);
      if (input.verb !== "progress") return decision;
      const events = decision.events.map((fact) => ({ ...fact, set: { claim: firstWorker } }));
      return withEvents(group, decision, events);
    },
    story: (story) => alone(story).play("claimed a", "lost a").ask("a", "progress"),
  },
];
