/**
 * A trace as a Mermaid sequence diagram: who speaks on the left, the jobs on the right, an arrow
 * for what is said, a crossed one for what is refused, and notes for what it changed.
 */
import type { Refusal } from "../../machines/refusal.ts";
import { alike } from "./fact-text.ts";
import type { Trace, TraceStep } from "./trace.ts";
import { valueText } from "./value-text.ts";

/** Drivers' own JSON, and how far they are: too much for a note. */
const unnoted: ReadonlySet<string> = new Set(["cursor", "progress", "result", "prepared"]);

/** The diagram, as it goes into a `mermaid` block of Markdown; ends with a line break. */
export function mermaidOf({ steps, broken }: Trace): string {
  const cast = castOf(steps);
  const lines = ["sequenceDiagram", ...cast.lines];
  for (const step of steps) lines.push(...stepLines(step, cast));
  if (broken !== undefined) lines.push(`Note over ${cast.everybody}: ✗ ${label(broken)}`);
  const [title = "", ...rest] = lines;
  return [title, ...rest.map((line) => `    ${line}`)].map((line) => `${line}\n`).join("");
}

/** Participants by what they are called in the diagram: names of people and jobs may hold anything. */
interface Cast {
  readonly lines: readonly string[];
  readonly speakers: ReadonlyMap<string, string>;
  readonly jobs: ReadonlyMap<string, string>;
  /** For notes about all of it. */
  readonly everybody: string;
}

/** What is said of no job in particular is said to the group. */
const group = "group";

function castOf(steps: readonly TraceStep[]): Cast {
  const bys = new Set(steps.map(({ by }) => by));
  const ids = new Set(
    steps.flatMap(({ job, events, after }) => [
      ...[job, ...events.map((fact) => fact.job)].filter((id) => id !== undefined),
      ...after.jobs.map(({ id }) => id),
    ]),
  );
  const speaks = steps.some(({ job }) => job === undefined);
  const speakers = new Map([...bys].map((by, index) => [by, `s${index + 1}`]));
  const jobs = new Map([...ids].map((id, index) => [id, `j${index + 1}`]));
  const lines = [
    ...[...speakers].map(([by, name]) => `${actorOf(by)} ${name} as ${alias(by)}`),
    ...(speaks || jobs.size === 0 ? [`participant ${group} as the group`] : []),
    ...[...jobs].map(([id, name]) => `participant ${name} as ${alias(id)}`),
  ];
  const right = [...jobs.values()].at(-1) ?? group;
  const left = [...speakers.values()][0];
  return { lines, speakers, jobs, everybody: left === undefined ? right : `${left},${right}` };
}

function actorOf(by: string): string {
  return by.startsWith("worker/") || by === "keeper" || by === "names" ? "participant" : "actor";
}

function stepLines({ by, verb, job, detail, events, refusal }: TraceStep, cast: Cast): string[] {
  const from = cast.speakers.get(by) ?? group;
  const to = (job === undefined ? undefined : cast.jobs.get(job)) ?? group;
  const said = detail === undefined ? verb : `${verb} (${detail})`;
  const notes = alike(events, unnoted).map(
    ({ jobs, text }) => `Note over ${placeOf(jobs, cast)}: ${label(text)}`,
  );
  return [`${from}->>${to}: ${label(said)}`, ...notes, ...refusalLine(refusal, to, from)];
}

function refusalLine(refusal: Refusal | undefined, from: string, to: string): readonly string[] {
  return refusal === undefined ? [] : [`${from}--x${to}: ${label(refusal.refused)}`];
}

/** From the leftmost of the jobs to the rightmost; no jobs are all of them. */
function placeOf(ids: readonly string[], { jobs }: Cast): string {
  const all = [...jobs];
  const places = ids.length === 0 ? all : all.filter(([id]) => ids.includes(id));
  const names = places.map(([, name]) => name);
  return [...new Set([names.at(0) ?? group, names.at(-1) ?? group])].join(",");
}

/** Signs that Mermaid, or the HTML that it makes, would take for its own. */
const signs: Readonly<Record<string, string>> = {
  "#": "#35;",
  ";": "#59;",
  "<": "#lt;",
  ">": "#gt;",
  "&": "#amp;",
  "%": "#37;",
  "{": "#123;",
  "}": "#125;",
};

function label(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").replaceAll(/[#;<>&%{}]/g, (sign) => signs[sign] ?? sign);
}

/** A name, of which something is always left to see. */
function alias(name: string): string {
  const escaped = label(valueText(name)).trim();
  return escaped === "" ? "?" : escaped;
}
