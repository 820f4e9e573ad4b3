/** An event of a job's history in words. */
import type { JobPatch } from "../machines/fact.ts";
import type { PrunedJob } from "../machines/record.ts";
import type { HistoryEvent } from "../projections/history.ts";
import { paint, tame } from "./output.ts";
import { durationText, sizeText } from "./units.ts";

/** `running → paused`, `claimed by w1 on h1, epoch 2`, `speed 2.0 MiB/s`. */
export function eventText(event: HistoryEvent): string {
  const { from, to } = event;
  const said = detailsOf(event);
  if (from === undefined || to === undefined) return said === "" ? event.kind : said;
  const change = from === "undefined" ? paint("bold", to) : `${from} → ${paint("bold", to)}`;
  return said === "" ? change : `${change}: ${said}`;
}

function detailsOf({ kind, set = {}, pruned, cause }: HistoryEvent): string {
  const { claim, epoch, outcome, error, lastError, speed, decision, damage, stuck, changed } = set;
  const parts = [
    claim !== undefined && claim !== null
      ? `claimed by ${claim.worker} on ${claim.host}, epoch ${epoch}`
      : "",
    kind === "lost" ? "its worker is gone" : "",
    kind === "released" ? "given back" : "",
    kind === "vote" ? "prepared" : "",
    kind === "wish" ? wishText(set, cause.verb) : "",
    kind === "acked" ? cause.verb : "",
    kind === "speed" && speed !== undefined ? speedText(speed) : "",
    kind === "change" && changed !== undefined ? `change ${JSON.stringify(changed)}` : "",
    ...(pruned?.jobs ?? []).map(prunedText),
    kind === "noted" ? notedText(cause.verb) : "",
    decision === undefined ? "" : `decided: ${decision}`,
    stuck === undefined || stuck === null ? "" : `${stuck.step} failed: ${stuck.error}`,
    lastError === undefined || lastError === null ? "" : lastError,
    damage === undefined || damage === null ? "" : `damage: ${damage}`,
    outcome === undefined || outcome === null ? "" : outcome,
    error === undefined || error === null ? "" : error,
  ];
  return tame([...new Set(parts)].filter((part) => part !== "").join(", "));
}

/** `pruned: copy, success in 12 s, ended 2026-11-20 07:06:02`. */
function prunedText({ type, outcome, error, activeMs, endedAt }: PrunedJob): string {
  const how = outcome === null ? "undone" : `${outcome} in ${durationText(activeMs)}`;
  const when = endedAt === null ? "" : `, ended ${new Date(endedAt).toISOString()}`;
  return `pruned: ${type}, ${how}${error === undefined ? "" : ` (${error})`}${when}`;
}

function notedText(verb: string): string {
  if (verb === "void") return "a claim under way was given up";
  return `${verb}, nothing changed`;
}

function wishText({ finalizing, cancelledBy }: JobPatch, verb: string): string {
  if (finalizing === true && verb !== "finalize") return "finalizes by itself";
  return typeof cancelledBy === "string" ? "stopped with its group" : `${verb} asked for`;
}

function speedText(speed: number): string {
  return speed === 0 ? "no speed limit" : `at most ${sizeText(speed)}/s`;
}
