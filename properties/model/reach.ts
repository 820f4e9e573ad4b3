/**
 * Reach: what a run of the model has seen. A run that never came to the interesting places proves
 * nothing about them, so the tests ask for each place by name.
 */
import { kinds } from "../../machines/fact.ts";
import { stepOf } from "../../machines/duty.ts";
import { jobMachine } from "../../machines/job.ts";
import { statuses, transitions, verbs, verbNames } from "../../machines/status.ts";
import { changesOf, type Change, type Step } from "../invariants/invariant.ts";

const moments = {
  "commit is decided with three members or more": ({ before, decision }) =>
    before.jobs.length >= 3 &&
    decision.events.some(({ uid, set }) => uid === undefined && set?.decision === "commit"),
  "abort is decided with three members or more": ({ before, decision }) =>
    before.jobs.length >= 3 &&
    decision.events.some(({ uid, set }) => uid === undefined && set?.decision === "abort"),
  "a vote is voided": ({ decision }) => decision.events.some(({ set }) => set?.vote === null),
  "a worker is lost while it prepares": (step) => isLostAt(step, "prepare"),
  "a worker is lost while it commits": (step) => isLostAt(step, "commit"),
  "a worker is lost while it aborts": (step) => isLostAt(step, "abort"),
  "a prepare fails": (step) =>
    step.input.verb === "failed" && hasChange(step, "pending", "aborting"),
  "a retry is due": ({ decision }) => decision.events.some(({ set }) => set?.retryAt != null),
  "a step is stuck": ({ decision }) => decision.events.some(({ set }) => set?.stuck != null),
  "a soft cancel is taken": ({ decision }) =>
    decision.events.some(({ set }) => set?.cancel === "soft"),
  "a soft-cancelled job succeeds": ({ before, decision }) =>
    decision.next.jobs.some(
      ({ cancel, outcome }, index) =>
        cancel === "soft" && outcome === "success" && before.jobs[index]?.outcome === null,
    ),
  "a job is given up by way of running": (step) =>
    hasChange(step, "paused", "running") && hasChange(step, "running", "aborting"),
  "an I/O error stops a job": ({ input, decision }) =>
    input.verb === "io-error" && decision.events.some(({ set }) => set?.userPaused === true),
  "a creation is undone": ({ input, decision }) =>
    input.verb === "create" && decision.events.length > 2 && decision.refusal !== undefined,
  "a stale report is refused": ({ decision }) => decision.refusal?.guard === "epoch",
  "an early report is refused": ({ decision }) => decision.refusal?.guard === "early",
  "a report knows of less progress than there was": ({ before, input, decision }) =>
    "progress" in input &&
    input.verb !== "claimed" &&
    decision.refusal === undefined &&
    before.jobs.some(
      ({ uid, progress }) => uid === input.uid && progress.current > (input.progress?.current ?? 0),
    ),
  "a timer fires": ({ input, decision }) =>
    input.verb === "timer" && decision.refusal === undefined,
  "a job never claimed is cancelled": (step) => hasChange(step, "created", "aborting"),
  "a group is finalized by hand": ({ input, decision }) =>
    input.verb === "finalize" && decision.refusal === undefined,
} satisfies Record<string, (step: Step) => boolean>;

function hasChange({ decision }: Step, from: string, to: string): boolean {
  return decision.events.some((fact) => fact.from === from && fact.to === to);
}

function isAbortingStill({ before, after }: Change): boolean {
  return before.status === "aborting" && after.status === "aborting";
}

function isLostAt({ before, input, decision }: Step, step: string): boolean {
  if (input.verb !== "lost" || decision.refusal !== undefined) return false;
  const job = before.jobs.find(({ uid }) => uid === input.uid);
  return job !== undefined && stepOf(job) === step;
}

/** What the lifecycle says to its own jobs is seen in what becomes of them. */
const inner: ReadonlySet<string> = new Set([
  "create.job",
  "create.undo",
  "group.converge",
  "group.abort",
  "give-up",
  "settle",
  "auto-dismiss",
]);

/** Every word that the statechart has an edge for, and every cell of the verb table, taken. */
const taken = new Set([
  ...Object.entries(jobMachine.states).flatMap(([status, node]) =>
    node.ownEvents.filter((word) => !inner.has(word)).map((word) => `${status} takes ${word}`),
  ),
  ...Object.entries(verbs).flatMap(([verb, cells]) =>
    cells.map((status) => `${status} takes ${verb}`),
  ),
]);

/** Every cell of the transition table. */
const moved = Object.entries(transitions).flatMap(([from, cells]) =>
  cells.map((to) => `${from} → ${to}`),
);

export class Reach {
  readonly #seen = new Set<string>();

  see(step: Step): void {
    const { input, decision } = step;
    const answer = decision.refusal === undefined ? "accepted" : "refused";
    this.#seen.add(`${input.verb} ${answer}`);
    if ("uid" in input && decision.refusal === undefined) {
      const job = step.before.jobs.find(({ uid }) => uid === input.uid);
      this.#seen.add(`${job?.status} takes ${input.verb}`);
    }
    for (const { from, to } of decision.events) {
      if (to !== undefined) this.#seen.add(`${from} → ${to}`);
    }
    // To abort again is a re-evaluation of the outcome, and never a fact.
    if (changesOf(step).some(isAbortingStill)) this.#seen.add("aborting → aborting");
    for (const { kind } of decision.events) this.#seen.add(`fact ${kind}`);
    for (const { to } of decision.events) if (to !== undefined) this.#seen.add(`status ${to}`);
    for (const [name, isReached] of Object.entries(moments)) {
      if (!this.#seen.has(name) && isReached(step)) this.#seen.add(name);
    }
  }

  /** The cells of the tables, and the edges of the statechart, that were not seen. */
  get missingCells(): readonly string[] {
    return [...taken, ...moved].filter((place) => !this.#seen.has(place));
  }

  /** The places that were not seen. */
  get missing(): readonly string[] {
    const wanted = [
      ...statuses.filter((status) => status !== "undefined").map((status) => `status ${status}`),
      ...verbNames.flatMap((verb) => [`${verb} accepted`, `${verb} refused`]),
      ...["create", "claimed", "lost", "released", "timer", "void", "prune"].map(
        (verb) => `${verb} accepted`,
      ),
      ...kinds.map((kind) => `fact ${kind}`),
      ...Object.keys(moments),
    ];
    return [...wanted.filter((place) => !this.#seen.has(place)), ...this.missingCells];
  }
}
