/** Mutants of standing and of time: each breaks one of V6, S17 to S19, E2, F9, F10. */
import type { Effect } from "../../machines/effects.ts";
import { decide } from "../../machines/lifecycle.ts";
import {
  alone,
  forgetting,
  pair,
  recording,
  saying,
  seeing,
  setting,
  type Mutant,
} from "./mutant.ts";

export const standingMutants: readonly Mutant[] = [
  {
    breaks: "V6",
    how: "a speed is recorded as another one",
    broken: setting(
      ({ kind }) => kind === "speed",
      () => ({ speed: 1 }),
    ),
    story: (story) => alone(story).play("claimed a", "set-speed a"),
  },
  {
    breaks: "S17",
    how: "a run is ended by asking for a pause",
    broken: (group, input) =>
      input.verb === "pause"
        ? decide(group, { ...input, verb: "failed", epoch: 1, error: "paused" })
        : decide(group, input),
    story: (story) => alone(story).play("claimed a").ask("a", "pause"),
  },
  {
    breaks: "S18",
    how: "the first lost worker ends a run that another could go on with",
    broken: seeing("lost", ({ shape }) => ({ shape: { ...shape, recover: "fail" } })),
    story: (story) => alone(story).play("claimed a").ask("a", "lost"),
  },
  {
    breaks: "S19",
    how: "the clock runs while the job is paused",
    broken: recording((fact) => (fact.to === "paused" ? { ...fact, set: { activeMs: 1 } } : fact)),
    story: (story) => alone(story).play("claimed a", "pause a", "paused a"),
  },
  {
    breaks: "E2",
    how: "a job whose last step is done is left where it is",
    broken: forgetting(({ to }) => to === "concluded" || to === "null"),
    story: (story) => alone(story).play("claimed a", "failed a", "aborted a").ask("a", "cleaned"),
  },
  {
    breaks: "F9",
    how: "nobody tells the workers of a new job",
    broken: saying((decision) => ({ ...decision, effects: [] })),
    story: (story) => void pair(story),
  },
  {
    breaks: "F9",
    how: "a job that goes before others is offered like any other",
    broken: saying((decision) => ({ ...decision, effects: decision.effects.map(leveled) })),
    story: (story) => void story.create([{ id: "a", priority: 9 }]),
  },
  {
    breaks: "F10",
    how: "a run has failed, and its group has not decided to abort",
    broken: forgetting(({ kind }) => kind === "decision"),
    story: (story) => {
      story.create([{ id: "a", can: ["abort"], deadline: story.at + 60_000 }]);
      story.play("claimed a").ask("a", "failed");
    },
  },
];

function leveled(effect: Effect): Effect {
  return effect.do === "offer" ? { ...effect, offer: { ...effect.offer, priority: 0 } } : effect;
}
