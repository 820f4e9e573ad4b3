/** Mutants of jobs that finish together: each breaks one of G1 to G11. */
import { uidOf } from "../../machines/job-id.ts";
import { committing, forgetting, pair, recording, seeing, setting, type Mutant } from "./mutant.ts";

/** Two jobs of which `b` waits for a finalize. */
function manualPair(story: Parameters<typeof pair>[0]) {
  story.create([{ id: "a" }, { id: "b", autoFinalize: false }]);
  return story;
}

export const groupMutants: readonly Mutant[] = [
  {
    breaks: "G1",
    how: "a member joins when another is claimed",
    broken: recording((fact, _input, { gid }) =>
      fact.kind === "status" && fact.to === "running"
        ? [fact, { kind: "status", job: "c", uid: uidOf(gid, 3), from: "undefined", to: "created" }]
        : fact,
    ),
    story: (story) => pair(story).play("claimed a"),
  },
  {
    breaks: "G2",
    how: "members become pending one by one",
    broken: forgetting(({ job, to }) => job === "a" && to === "pending"),
    story: (story) => manualPair(story).play("claimed a b", "finished a b"),
  },
  {
    breaks: "G3",
    how: "a cancel is taken after one member has committed",
    broken: seeing("cancel", () => ({ decision: "none" })),
    story: (story) => {
      committing(story).ask("b", "cancel");
      story.ask("b", "aborted");
      story.ask("b", "cleaned");
    },
  },
  {
    breaks: "G4",
    how: "commit is decided on the first vote",
    broken: seeing("prepared", (job, input) =>
      "uid" in input && input.uid === job.uid ? {} : { vote: job.epoch },
    ),
    story: (story) => pair(story).play("claimed a b", "finished a b", "prepared a"),
  },
  {
    breaks: "G4",
    how: "a vote outlives its epoch",
    broken: setting(
      ({ kind, set }) => kind === "lost" && set?.vote === null,
      () => ({ vote: 1 }),
    ),
    story: (story) => {
      pair(story).play("claimed a b", "finished a b", "prepared a", "lost a", "prepared b");
    },
  },
  {
    breaks: "G5",
    how: "a cancel makes a second decision",
    broken: seeing("cancel", () => ({ decision: "none" })),
    story: (story) => committing(story).ask("b", "cancel"),
  },
  {
    breaks: "G6",
    how: "a cancel is taken while committing",
    broken: seeing("cancel", ({ decision }) => (decision === "commit" ? { decision: "none" } : {})),
    story: (story) => committing(story).ask("b", "cancel"),
  },
  {
    breaks: "G7",
    how: "a failure is the member's own affair",
    broken: forgetting(
      ({ kind, job }, { verb }) => verb === "failed" && !(job === "a" && kind === "status"),
    ),
    story: (story) => pair(story).play("claimed a b", "failed a"),
  },
  {
    breaks: "G8",
    how: "the abort passes over members that still work",
    broken: forgetting(({ set }) => (set?.cancelledBy ?? null) !== null),
    story: (story) => pair(story).play("claimed a b", "failed a"),
  },
  {
    breaks: "G8",
    how: "the abort waits for a member that never started",
    broken: forgetting(
      ({ job, kind }, { verb }) => verb === "failed" && job === "b" && kind === "status",
    ),
    story: (story) => pair(story).play("claimed a", "failed a"),
  },
  {
    breaks: "G9",
    how: "a vote is kept when its worker is lost",
    broken: setting(
      ({ kind, set }) => kind === "lost" && set?.vote === null,
      () => ({ vote: 1 }),
    ),
    story: (story) => pair(story).play("claimed a b", "finished a b", "prepared a", "lost a"),
  },
  {
    breaks: "G10",
    how: "one automatic member is enough to finalize",
    broken: seeing("finished", () => ({ autoFinalize: true })),
    story: (story) => manualPair(story).play("claimed a b", "finished a b"),
  },
  {
    breaks: "G11",
    how: "nobody knows who stopped the others",
    broken: recording(({ set: { cancelledBy: _by, ...set } = {}, ...fact }) => ({ ...fact, set })),
    story: (story) => pair(story).play("claimed a b", "failed a"),
  },
];
