/** Mutants of asking and answering: each breaks one of V1 to V4. */
import { refusal } from "../../machines/refusal.ts";
import { alone, pair, recording, saying, seeing, type Mutant } from "./mutant.ts";

export const verbMutants: readonly Mutant[] = [
  {
    breaks: "V1",
    how: "a second pause is taken",
    broken: seeing("pause", () => ({ userPaused: false })),
    story: (story) => alone(story).play("claimed a", "pause a").ask("a", "pause"),
  },
  {
    breaks: "V2",
    how: "a refused verb leaves its note",
    broken: saying((decision, { jobs, ...group }) =>
      decision.refusal === undefined
        ? decision
        : { ...decision, next: { ...group, jobs: jobs.map((job) => ({ ...job, note: "no" })) } },
    ),
    story: (story) => alone(story).play("claimed a").ask("a", "finalize"),
  },
  {
    breaks: "V3",
    how: "pause is refused where the table admits it",
    broken: saying((decision, { jobs: [job], ...group }, { verb }) =>
      verb !== "pause" || job === undefined
        ? decision
        : {
            events: [],
            effects: [],
            next: { ...group, jobs: [job] },
            refusal: refusal("not now", "busy", verb, job),
          },
    ),
    story: (story) => alone(story).play("claimed a").ask("a", "pause"),
  },
  {
    breaks: "V4",
    how: "two members are given one id",
    broken: recording((fact) => ({ ...fact, job: "a" })),
    story: pair,
  },
];
