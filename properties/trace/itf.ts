/**
 * A trace in the Informal Trace Format of Apalache and Quint: one state for every step, which says
 * what led to it. https://apalache-mc.org/docs/adr/015adr-trace.html
 *
 * ITF is typed and knows no null. What may be absent is a variant, `None` or `Some`, as Quint
 * writes it; users' and drivers' JSON, which has no one type, is kept as its text.
 */
import { blankJob, emptyGroup, type Group, type Job } from "../../machines/record.ts";
import type { Trace, TraceStep } from "./trace.ts";

type Itf = boolean | number | string | readonly Itf[] | { readonly [key: string]: Itf };
type State = Readonly<Record<string, Itf>>;

const meta = "#meta";

/** Fields whose JSON is what somebody gave. */
const free: ReadonlySet<string> = new Set(["args", "changed", "cursor", "result", "prepared"]);
/** Fields whose members anybody may name. */
const maps: ReadonlySet<string> = new Set(["labels", "require"]);
/** Lists whose order means nothing. */
const sets: ReadonlySet<string> = new Set(["can"]);

/** The JSON text, indented, with a line break at its end. */
export function itfOf({ steps, broken }: Trace): string {
  const states = [...startOf(steps), ...steps.map(stateAfter)];
  const vars = new Set(states.flatMap((state) => Object.keys(state)));
  const trace = {
    [meta]: {
      format: "ITF",
      "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
      description: "Created by jobchart",
      ...(broken === undefined ? {} : { status: "violation", violated: broken }),
    },
    vars: [...vars],
    states: states.map((state, index) => Object.assign({ [meta]: { index } }, state)),
  };
  return `${JSON.stringify(trace, undefined, 2)}\n`;
}

/** A trace that tells a group's whole life begins before it. */
function startOf([first]: readonly TraceStep[]): readonly State[] {
  if (first === undefined || (first.verb !== "create" && first.verb !== "void")) return [];
  return [{ ...action("init", []), ...groupState(emptyGroup(first.after.gid)), refused: none }];
}

function stateAfter({ verb, by, job, detail, at, refusal, after }: TraceStep): State {
  const picks = Object.entries({ by, job, detail, at });
  return {
    ...action(verb, picks),
    ...groupState(after),
    refused: refusal === undefined ? none : some(refusal.refused),
  };
}

/** What led to the state, under the names by which Quint writes it and reads it. */
function action(verb: string, picks: readonly (readonly [string, unknown])[]): State {
  const names = ["by", "job", "detail", "at"];
  const given = new Map(picks);
  return {
    "mbt::actionTaken": verb,
    "mbt::nondetPicks": Object.fromEntries(names.map((name) => [name, optional(given.get(name))])),
  };
}

function groupState({ gid, voided, jobs }: Group): State {
  return { gid, voided, jobs: { "#map": jobs.map((job) => [job.uid, jobState(job)]) } };
}

function jobState(job: Job): Itf {
  return Object.fromEntries(
    Object.entries(job).map(([field, value]) => [field, fieldState(field, value)]),
  );
}

function fieldState(field: string, value: unknown): Itf {
  const given = free.has(field) && value !== null ? JSON.stringify(value) : value;
  if (maps.has(field)) {
    return {
      "#map": Object.entries(given as object).map(([key, each]) => [key, expression(each)]),
    };
  }
  const isOptional = blankJob[field as keyof Job] === null;
  return isOptional ? optional(given) : expression(given);
}

const none: Itf = { tag: "None", value: { "#tup": [] } };

function some(value: Itf): Itf {
  return { tag: "Some", value };
}

function optional(value: unknown): Itf {
  return value === undefined || value === null ? none : some(expression(value));
}

function expression(value: unknown): Itf {
  if (typeof value === "number") return integer(value);
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return (value as readonly unknown[]).map(expression);
  if (typeof value !== "object" || value === null) return none;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      sets.has(key) ? { "#set": expression(each) } : expression(each),
    ]),
  );
}

/** Readers need not hold integers beyond a double's; fractions have no sort of their own. */
function integer(value: number): Itf {
  if (Number.isSafeInteger(value)) return value;
  return Number.isInteger(value) ? { "#bigint": BigInt(value).toString() } : `${value}`;
}
