/** A job's sheet: everything that is known of it, in groups, for people. */
import type { GroupInfo } from "../projections/groups.ts";
import type { HistoryEvent } from "../projections/history.ts";
import type { JobInfo } from "../projections/job-info.ts";
import { historyTable } from "./history-table.ts";
import { tagsText } from "../machines/tags.ts";
import { paint, tame } from "./output.ts";
import { wordsText } from "./shell-word.ts";
import { aligned, fitted } from "./table.ts";
import { durationText } from "./units.ts";
import { amountText, paceText, progressText, stateText } from "./words.ts";

export interface Sheet {
  readonly info: JobInfo;
  readonly group: GroupInfo | undefined;
  /** The last of its events. */
  readonly events: readonly HistoryEvent[];
  /** The last lines of what it has said, where they may say why it ended so. */
  readonly said: readonly string[];
  readonly columns: number;
}

type Field = readonly [name: string, value: string | number | null | undefined];

export function jobSheet({ info, group, events, said, columns }: Sheet): readonly string[] {
  return [
    `${paint("bold", info.id)}  ${info.type}  ${stateText(info)}`,
    ...fields("work", workOf(info)),
    ...fields("end", endOf(info)),
    ...outputOf(said, columns),
    ...fields("asked for", wishesOf(info)),
    ...fields("when", timesOf(info)),
    ...fields("arguments", textsOf(info.args)),
    ...fields("labels", textsOf(info.labels)),
    ...(group === undefined ? [] : fields(groupTitle(group), membersOf(group))),
    "",
    paint("underline", "last events"),
    ...historyTable(events, columns - 2).map((line) => `  ${line}`),
  ];
}

/** The fields that say anything; nothing at all when none does. */
function fields(title: string, all: readonly Field[]): readonly string[] {
  const said = all.flatMap(([name, value]) =>
    value === null || value === undefined || value === ""
      ? []
      : [[`  ${paint("dim", name)}`, tame(`${value}`)]],
  );
  return said.length === 0 ? [] : ["", paint("underline", title), ...aligned(said)];
}

function outputOf(said: readonly string[], columns: number): readonly string[] {
  if (said.length === 0) return [];
  const lines = said.map((line) => fitted(`  ${tame(line)}`, columns));
  return ["", paint("underline", "last output"), ...lines];
}

function workOf(info: JobInfo): readonly Field[] {
  return [
    ["uid", info.uid],
    ["phase", info.phase],
    ["progress", progressText(info).trim()],
    ["pace", paceText(info)],
    ["worker", info.worker],
    ["host", info.host],
    ["epoch", info.epoch],
    ["attempt", info.attempt],
    ["last error", info["last-error"]],
    ["stuck", info.stuck && `${info.stuck.step}, ${info.stuck.tries} tries: ${info.stuck.error}`],
    ["newer", info.newer],
  ];
}

function endOf(info: JobInfo): readonly Field[] {
  return [
    ["outcome", info.outcome],
    ["error", info.error],
    ["cancelled by", info["cancelled-by"]],
    ["result", info.result === null ? null : JSON.stringify(info.result)],
    ["damage", info.damage],
  ];
}

function wishesOf(info: JobInfo): readonly Field[] {
  const names = info.resources.map(({ name, shared, limit = 1 }) => {
    return shared ? `${name} (shared)` : limit === 1 ? name : `${name} (at most ${limit} at once)`;
  });
  return [
    ["by", info.by],
    ["note", info.note],
    ["speed", info.speed === 0 ? "no limit" : `${amountText(info.type, info.speed)}/s`],
    ["paused", info.paused ? "yes" : null],
    ["cancel", info.cancel === "no" ? null : info.cancel],
    ["finalize", info["auto-finalize"] ? "by itself" : "by hand"],
    ["dismiss", info["auto-dismiss"] ? "by itself" : "by hand"],
    ["priority", info.priority === 0 ? null : info.priority],
    ["resources", names.join(", ")],
    ["requires", tagsText(info.require)],
    ["timeout", info["timeout-ms"] === null ? null : durationText(info["timeout-ms"])],
    ["stall", info["stall-ms"] === null ? null : durationText(info["stall-ms"])],
    ["io-status", info["io-status"] === "ok" ? null : info["io-status"]],
  ];
}

function timesOf(info: JobInfo): readonly Field[] {
  const names = [
    "created-at",
    "started-at",
    "last-progress-at",
    "ended-at",
    "not-before",
    "deadline",
    "retry-at",
  ];
  return [
    ...names.map((name): Field => [name, info[name as "created-at"]]),
    ["at work", durationText(info["elapsed-ms"])],
  ];
}

function groupTitle({ name, completion, gid }: GroupInfo): string {
  return `group ${tame(name ?? gid)}, ${completion}`;
}

function membersOf({ members }: GroupInfo): readonly Field[] {
  if (members.length === 1) return [];
  return members.map(({ id, type, status, outcome }) => [id, `${type}, ${outcome ?? status}`]);
}

function textsOf(values: Readonly<Record<string, unknown>>): readonly Field[] {
  return Object.entries(values).map(([name, value]) => [
    tame(name),
    typeof value === "string" ? value : (wordsText(value) ?? JSON.stringify(value)),
  ]);
}
