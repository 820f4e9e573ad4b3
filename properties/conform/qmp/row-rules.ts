/** The rules of a row: what a query may show of a job besides its status. */
import type { Row } from "./row.ts";
import type { Job, World } from "./world.ts";

interface RowRule {
  readonly name: string;
  /**
   * What is wrong, in words; undefined when nothing is. `isNow`: nothing has happened to the job
   * since the query, and nothing is open on it.
   */
  readonly wrong: (job: Job, row: Row, isNow: boolean) => string | undefined;
}

export const rowRules = [
  {
    name: "a row keeps the job's type",
    wrong({ type }, row) {
      return type === undefined || type === row.type ? undefined : `it is of type ${type}`;
    },
  },
  {
    name: "a row has an error just when the job failed",
    wrong({ hasFailed }, { status, error }) {
      if (status === "concluded") {
        if (hasFailed === undefined || hasFailed === (error !== undefined)) return undefined;
        return hasFailed ? "it failed, and shows an error" : "it succeeded, and shows no error";
      }
      const mayShow = status === "aborting" || status === "running" || status === "ready";
      return mayShow || error === undefined ? undefined : `no error is shown of a '${status}' job`;
    },
  },
  {
    name: "a row keeps the job's error",
    wrong({ error }, row) {
      if (error === undefined || row.error === undefined || row.error === error) return undefined;
      return `its error is '${error}'`;
    },
  },
  {
    name: "progress never goes back",
    wrong({ current = 0 }, row) {
      if (row.current === undefined || row.current >= current) return undefined;
      return `its progress had been ${current}`;
    },
  },
  {
    name: "a row is ready while the job is",
    wrong(_job, { status, isReady }) {
      const isDue = status === "ready" || status === "standby";
      if (isReady === undefined || isReady === isDue) return undefined;
      return `'ready' is ${isDue} of a '${status}' job`;
    },
  },
  {
    name: "a row is paused while its user pauses it",
    wrong({ settled, isOurs }, { isPaused }, isNow) {
      if (!isNow || !isOurs || isPaused !== false) return undefined;
      const isDue = settled.states.every(({ isUserPaused }) => isUserPaused);
      return isDue ? "its user has paused it" : undefined;
    },
  },
  {
    name: "a job keeps how it is finalized and dismissed",
    wrong({ isAutoFinalized, isAutoDismissed }, row) {
      if (!isKept(isAutoFinalized, row.isAutoFinalized)) return "auto-finalize never changes";
      return isKept(isAutoDismissed, row.isAutoDismissed)
        ? undefined
        : "auto-dismiss never changes";
    },
  },
] as const satisfies readonly RowRule[];

/** One of them is not known, or they are the same. */
function isKept(ours: boolean | undefined, theirs: boolean | undefined): boolean {
  return ours === undefined || theirs === undefined || ours === theirs;
}

export const orderRule = "queries list the newest job first";

/** The first rule that the rows break: what was seen, and why it cannot be. */
export function brokenRowRule(
  world: World,
  rows: readonly Row[],
  changed: ReadonlySet<string>,
): readonly [observed: string, why: string] | undefined {
  for (const row of rows) {
    const isNow = !changed.has(row.id) && world.outcomesOf(row.id).length === 0;
    for (const rule of rowRules) {
      if (rule.name === world.sets.without) continue;
      const why = rule.wrong(world.job(row.id), row, isNow);
      if (why !== undefined) return [rowText(row), why];
    }
  }
  return world.sets.without === orderRule ? undefined : misplaced(world, rows);
}

function misplaced(
  world: World,
  rows: readonly Row[],
): readonly [observed: string, why: string] | undefined {
  const births = rows.map(({ id }) => world.job(id).born ?? 0);
  const at = births.findIndex((born, index) => born > 0 && born > (births[index - 1] ?? Infinity));
  const [older, newer] = [rows[at - 1]?.id, rows[at]?.id];
  if (at === -1) return undefined;
  return [`job ${older} is listed before job ${newer}`, "the newest job is listed first"];
}

function rowText({ id, status, ...rest }: Row): string {
  const fields = Object.entries({
    type: rest.type,
    error: rest.error,
    current: rest.current,
    ready: rest.isReady,
    paused: rest.isPaused,
    "auto-finalize": rest.isAutoFinalized,
    "auto-dismiss": rest.isAutoDismissed,
  }).filter(([, value]) => value !== undefined);
  const text = fields.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(", ");
  return `a query shows job ${id} as '${status}' with ${text}`;
}
