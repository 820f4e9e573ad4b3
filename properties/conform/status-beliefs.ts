/**
 * What may be the status of every job that is alive, by the changes that were seen of it. A job
 * that was not seen from its beginning may be anything at first; one of whose source something is
 * missing may have gone on meanwhile. Where nothing is left that it can be, the history diverges.
 */
import { statuses, transitions, type Status } from "../../machines/status.ts";
import { Divergence } from "./divergence.ts";
import type { InOrder } from "./in-sequence.ts";
import type { StatusEvent } from "./status-event.ts";

interface Belief {
  readonly job: string;
  readonly source: string;
  readonly group: string | undefined;
  may: ReadonlySet<Status>;
  outcome: string | undefined;
}

/** Before anything was seen of a job that may have lived before. */
const anything: ReadonlySet<Status> = new Set(statuses);
const unborn: ReadonlySet<Status> = new Set<Status>(["undefined"]);

export class StatusBeliefs {
  readonly #alive = new Map<string, Belief>();
  readonly #groups = new Map<string, Set<Belief>>();
  #jobs = 0;

  /** The jobs that were seen. */
  get jobs(): number {
    return this.#jobs;
  }

  /** Takes the next change; fails with Divergence where the tables do not allow it. */
  see({ event, missing, isWhole }: InOrder): void {
    if (missing > 0) this.#widen(event.source);
    const belief = this.#alive.get(event.key) ?? this.#begin(event, isWhole);
    const may = [...belief.may].filter((status) => status === (event.from ?? status));
    if (!may.some((status) => nextOf(status).includes(event.to))) throw illegal(event, belief.may);
    belief.may = new Set([event.to]);
    belief.outcome = event.outcome ?? belief.outcome;
    this.#expectTogether(event, belief);
    if (event.to === "null") this.#end(event.key, belief);
  }

  #begin({ key, job, source, group }: StatusEvent, isWhole: boolean): Belief {
    const may = isWhole ? unborn : anything;
    const belief: Belief = { job, source, group, may, outcome: undefined };
    this.#jobs += 1;
    this.#alive.set(key, belief);
    if (group !== undefined) {
      this.#groups.set(group, (this.#groups.get(group) ?? new Set()).add(belief));
    }
    return belief;
  }

  /** A member that is gone still counts for its group, until the last of them is. */
  #end(key: string, { group }: Belief): void {
    this.#alive.delete(key);
    if (group === undefined) return;
    const members = [...(this.#groups.get(group) ?? [])];
    if (members.every(({ may }) => may.has("null"))) this.#groups.delete(group);
  }

  #widen(source: string): void {
    for (const belief of this.#alive.values()) {
      if (belief.source === source) belief.may = reachable(belief.may);
    }
  }

  /** Members that complete together become pending together, and succeed all or none. */
  #expectTogether({ to, job }: StatusEvent, belief: Belief): void {
    const members = this.#groups.get(belief.group ?? "") ?? [];
    for (const other of members) {
      if (other === belief) continue;
      if (to === "pending" && isDisjoint(other.may, converging)) {
        throw together(
          `${job}: waiting → pending`,
          `${job} becomes pending when every member is waiting: ${other.job} is ${some(other.may)}`,
        );
      }
      if (succeeded(belief) && (failed(other) || isAborting(other))) {
        throw together(`${job}: success`, `${other.job} of its group did not succeed: none does`);
      }
      if (succeeded(other) && (failed(belief) || to === "aborting")) {
        const what = to === "aborting" ? "aborting" : belief.outcome;
        throw together(`${job}: ${what}`, `${other.job} of its group has succeeded: all do`);
      }
    }
  }
}

const converging: ReadonlySet<Status> = new Set(["undefined", "waiting", "pending"]);

function succeeded({ outcome }: Belief): boolean {
  return outcome === "success";
}

function failed({ outcome }: Belief): boolean {
  return outcome !== undefined && outcome !== "success";
}

function isAborting({ may }: Belief): boolean {
  return may.size === 1 && may.has("aborting");
}

function isDisjoint(a: ReadonlySet<Status>, b: ReadonlySet<Status>): boolean {
  return ![...a].some((status) => b.has(status));
}

/** A re-evaluation of the outcome is never an event. */
function nextOf(status: Status): readonly Status[] {
  return transitions[status].filter((next) => next !== status);
}

/** All that a job can have become meanwhile. */
function reachable(from: ReadonlySet<Status>): ReadonlySet<Status> {
  const found = new Set(from);
  for (const status of found) for (const next of nextOf(status)) found.add(next);
  return found;
}

function some(may: ReadonlySet<Status>): string {
  return [...may].join(" or ");
}

function together(observed: string, explanation: string): Divergence {
  return new Divergence({ observed, expected: [], explanation });
}

function illegal({ job, from, to }: StatusEvent, may: ReadonlySet<Status>): Divergence {
  const expected = [...may].flatMap((status) =>
    nextOf(status).map((next) => `${job}: ${status} → ${next}`),
  );
  const between = wayTo(from ?? to, may, from === undefined);
  const was = may.has("undefined") ? "does not exist yet" : `was ${some(may)}`;
  return new Divergence({
    observed: from === undefined ? `${job}: ${to}` : `${job}: ${from} → ${to}`,
    expected,
    explanation:
      from !== undefined && !nextOf(from).includes(to)
        ? `no job goes from ${from} to ${to}`
        : between === undefined
          ? `${job} ${was}: nothing leads from there to ${from ?? to}`
          : `${job} ${was}: missing before this line: ${between.join(", ")}`,
  });
}

/** The statuses on the shortest way from what may be, with or without the one that it leads to. */
function wayTo(
  to: Status,
  may: ReadonlySet<Status>,
  isWithout: boolean,
): readonly Status[] | undefined {
  const ways: (readonly Status[])[] = [...may].map((status) => [status]);
  const seen = new Set(may);
  for (const way of ways) {
    const last = way.at(-1);
    for (const next of last === undefined ? [] : nextOf(last)) {
      if (next === to) return isWithout ? way.slice(1) : [...way.slice(1), next];
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}
