/**
 * The story of a run, for people: the history of each group that it is about as a trace, and beside
 * it what befell whom and which callbacks were made, in one time.
 */
import { textOf } from "../trace/text.ts";
import { traceOfLog } from "../trace/trace-of-log.ts";
import type { Outcome } from "./simulate.ts";

/** The last notes of a long run say what led to its end. */
const notesMax = 100;

type Note = Outcome["simulation"]["notes"][number];

/** The groups that a run is about, those that it is not, and the notes without the latter. */
interface Subject {
  readonly told: readonly string[];
  readonly others: readonly string[];
  readonly notes: readonly Note[];
}

/** What the broken sentence names is what the run is about; all groups when it names none. */
function subjectOf({ simulation, broken = "" }: Outcome): Subject {
  const gids = [...new Set(simulation.bus.log.commits.map(({ gid }) => gid))];
  const named = gids.filter((gid) => broken.includes(gid));
  const told = named.length === 0 ? gids : named;
  const others = gids.filter((gid) => !told.includes(gid));
  const isOfOthers = ({ text }: Note): boolean => others.some((gid) => text.includes(gid));
  return { told, others, notes: simulation.notes.filter((note) => !isOfOthers(note)) };
}

/** How much there is to read: the commits and notes of what the run is about. */
export function lengthOf(outcome: Outcome): number {
  const { told, notes } = subjectOf(outcome);
  const { commits } = outcome.simulation.bus.log;
  return notes.length + commits.filter(({ gid }) => told.includes(gid)).length;
}

export function storyOf(outcome: Outcome): string {
  const { commits } = outcome.simulation.bus.log;
  const { told, others, notes } = subjectOf(outcome);
  const groups = told.map((gid) => {
    const history = commits.filter((stored) => stored.gid === gid);
    return `group ${gid}\n${historyOf(gid, history)}`;
  });
  const beside = others.length === 0 ? [] : [`(left out: ${others.join(", ")})\n`];
  const left = Math.max(0, notes.length - notesMax);
  const earlier = left === 0 ? [] : [`(${left} earlier lines are left out)`];
  const short = shortener(outcome, told);
  const lines = notes.slice(left).map(({ atMs, text }) => `${timeText(atMs)}  ${short(text)}`);
  const end = outcome.broken === undefined ? [] : [`✗ ${outcome.broken}`];
  return [...groups, ...beside, "what happened", ...earlier, ...lines, ...end].join("\n");
}

/** Where one group is told of, it goes without saying, and its jobs are known by their ids. */
function shortener({ simulation }: Outcome, [gid, ...more]: readonly string[]) {
  if (gid === undefined || more.length > 0) return (text: string) => text;
  const { jobs } = simulation.chronicle.group(gid);
  const ids = new Map(jobs.map(({ uid, id }) => [uid, id]));
  const uids = new RegExp(`${gid}-\\d+`, "g");
  return (text: string) =>
    text
      .replaceAll(uids, (uid) => ids.get(uid) ?? uid)
      .replaceAll(`${gid}-`, "-")
      .replaceAll(`${gid} `, "")
      .replaceAll(` ${gid}`, "");
}

function historyOf(gid: string, commits: Parameters<typeof traceOfLog>[1]): string {
  try {
    return textOf(traceOfLog(gid, commits));
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}\n`;
  }
}

function timeText(atMs: number): string {
  return `${(atMs / 1_000).toFixed(3).padStart(9)} s`;
}
