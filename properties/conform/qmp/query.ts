/**
 * What query-jobs and query-block-jobs show. QEMU looks at one moment between the command and its
 * answer: the statuses of all jobs must be those of one and the same moment, and the list whole.
 */
import type { JobStatus } from "./job-event.ts";
import type { QueryOf, Row } from "./row.ts";
import { brokenRowRule } from "./row-rules.ts";
import { blockTypes } from "./tables.ts";
import type { Job, Oddity, World } from "./world.ts";

export const momentRule = "a query shows one moment";

/** Takes the rows; `since`: the number of the first change that may have come after the moment. */
export function takeRows(
  world: World,
  rows: readonly Row[],
  of: QueryOf,
  since: number,
): Oddity | undefined {
  world.hasEvidence ||= rows.length > 0;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const { odd, changed } = findMoment(world, byId, of, since);
  if (odd !== undefined && world.sets.without !== momentRule) return world.odd(...odd);
  const broken = brokenRowRule(world, rows, changed);
  if (broken !== undefined) return world.odd(...broken, [broken[1]]);
  for (const row of rows) learn(world, row, changed.has(row.id));
  if (of === "block-jobs") return undefined;
  for (const job of world.jobs.values()) {
    if (byId.has(job.id) || changed.has(job.id)) continue;
    world.keep({ ...job, settled: job.settled.only(({ status }) => status === "null") });
  }
  world.isWhole = true;
  return undefined;
}

interface Moment {
  /** What was seen, why it cannot be, and what could, as things are now. */
  readonly odd?: readonly [observed: string, why: string, expected: readonly string[]];
  /** The jobs that have changed since. */
  readonly changed: ReadonlySet<string>;
}

/** Goes back over the changes until the rows agree with what was known. */
function findMoment(
  world: World,
  rows: ReadonlyMap<string, Row>,
  of: QueryOf,
  since: number,
): Moment {
  const changed = new Set<string>();
  const wrong = new Map<string, JobStatus | undefined>();
  const look = (id: string, status: JobStatus | undefined): void => {
    if (agrees(world.job(id), status, rows.get(id), of)) wrong.delete(id);
    else wrong.set(id, status);
  };
  for (const id of new Set([...rows.keys(), ...world.jobs.keys()])) look(id, world.statusOf(id));
  const [first] = wrong;
  for (let at = world.changes.length - 1; wrong.size > 0 && at >= 0; at -= 1) {
    if (at + world.changesBefore < since) break;
    const { job, before } = world.changes[at] ?? { job: "", before: undefined };
    changed.add(job);
    look(job, before);
  }
  if (wrong.size === 0 || first === undefined || since < world.changesBefore) return { changed };
  const [id, status] = first;
  const isGone = status === "null";
  const why = isGone ? "by the events there is no such job" : `by the events it is '${status}'`;
  const expected = isGone ? `no row of job ${id}` : `job ${id} as '${status}'`;
  return { odd: [shownText(of, id, rows.get(id)), why, [expected]], changed };
}

function shownText(of: QueryOf, id: string, row: Row | undefined): string {
  return row === undefined
    ? `query-${of} leaves out job ${id}`
    : `query-${of} shows job ${id} as '${row.status}'`;
}

function agrees(
  { type }: Job,
  status: JobStatus | undefined,
  row: Row | undefined,
  of: QueryOf,
): boolean {
  if (status === undefined || status === row?.status) return true;
  if (row !== undefined) return false;
  return status === "null" || (of === "block-jobs" && !blockTypes.has(type ?? ""));
}

function learn(world: World, row: Row, hasChanged: boolean): void {
  const { id, type, status, error, current, isAutoDismissed, isAutoFinalized } = row;
  const job = world.job(id);
  if (!job.isSeen) world.jobsSeen += 1;
  const isNew = !hasChanged && job.settled.status === undefined;
  const settled = isNew ? job.settled.only((state) => state.status === status) : job.settled;
  world.keep({
    ...job,
    settled,
    type,
    isSeen: true,
    isAlone: job.isAlone || type !== "backup",
    ...(error !== undefined && { error }),
    ...(current !== undefined && { current }),
    ...(isAutoDismissed !== undefined && { isAutoDismissed }),
    ...(isAutoFinalized !== undefined && { isAutoFinalized }),
    ...(status === "concluded" && { hasFailed: error !== undefined }),
  });
}
