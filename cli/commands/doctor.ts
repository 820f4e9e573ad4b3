/** `doctor`: checks the whole history, and all that stands beside it. It changes nothing. */
import { Lease, type SessionInfo } from "../../actors/lease.ts";
import { realWorld } from "../../bus/world.ts";
import type { JobSystem } from "../../jobchart.ts";
import type { Command } from "../command.ts";
import { checkFile } from "../doctor/check-file.ts";
import { checkLog, type LogCheck } from "../doctor/check-log.ts";
import { checkNames } from "../doctor/check-names.ts";
import { checkView } from "../doctor/check-view.ts";
import { checkWork } from "../doctor/check-work.ts";
import { isTrouble, type Finding } from "../doctor/finding.ts";
import { checkFleet } from "../doctor/fleet/check-fleet.ts";
import { Exam, type Fact } from "../doctor/fleet/exam.ts";
import { exit, type ExitCode } from "../exit-code.ts";
import { paint, print, tame } from "../output.ts";
import { counted, grouped, sizeText } from "../units.ts";

export const doctor: Command = {
  name: "doctor",
  usage: "",
  summary:
    "checks the whole history: dense, chained, every transition legal; and what is beside it",
  options: {},
  examples: ["doctor", "doctor --json", "doctor --bus nats://n1:4222"],
  async run(call) {
    call.expectWords("nothing", 0);
    await using system = await call.open();
    const examined = await examine(system);
    await (call.isJson ? printJson(system, examined) : printText(system, examined));
    return codeOf(examined.findings);
  },
};

interface Examined {
  readonly log: LogCheck;
  readonly sizeBytes: number | undefined;
  /** Undefined: they could not be looked at. */
  readonly sessions: readonly SessionInfo[] | undefined;
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
}

async function examine(system: JobSystem): Promise<Examined> {
  const { bus } = system;
  const file = checkFile(bus.url);
  const fleet = await checkFleet(system, realWorld);
  const exam = fleet?.exam ?? new Exam();
  const log = await checkLog(bus, realWorld.now());
  const isSound = log.findings.every(({ level }) => level !== "corrupt");
  const hasNodes = fleet?.hasNodes ?? true;
  const open = isSound ? log.open : [];
  if (isSound) await fleet?.finish(open);
  const view = isSound && hasNodes ? await checkView(system) : [];
  const names = fleet
    ? await exam.look("the names", () => checkNames(bus, open))
    : await checkNames(bus, open);
  const alive = () => (hasNodes ? system.workers() : Lease.live(bus.values));
  const sessions = fleet ? await exam.look("the sessions", alive) : await alive();
  const work = sessions === undefined ? [] : checkWork(open, sessions, realWorld.now());
  return {
    log,
    sizeBytes: file?.sizeBytes,
    sessions,
    facts: exam.facts,
    findings: [
      ...(file?.findings ?? []),
      ...log.findings,
      ...view,
      ...(names ?? []),
      ...work,
      ...exam.findings,
    ],
  };
}

async function printJson({ bus }: JobSystem, examined: Examined): Promise<void> {
  const { log, facts, findings } = examined;
  for (const { about, data } of facts) await print(JSON.stringify({ fact: about, ...data }));
  for (const finding of findings) await print(JSON.stringify(finding));
  const { commits, groups, jobs, pruned } = log;
  const troubles = findings.filter(isTrouble).length;
  await print(JSON.stringify({ bus: bus.url, commits, groups, jobs, pruned, findings: troubles }));
}

const marks = {
  corrupt: paint("red", "✗"),
  problem: paint("red", "✗"),
  advice: paint("blue", "i"),
  unseen: paint("yellow", "?"),
} as const;

async function printText({ bus }: JobSystem, examined: Examined): Promise<void> {
  const { log, sizeBytes, sessions, facts, findings } = examined;
  await print(`${bus.url}${sizeBytes === undefined ? "" : `, ${sizeText(sizeBytes)}`}`);
  const { commits, groups, jobs, pruned } = log;
  const counts = [counted(groups, "group"), counted(jobs, "job"), counted(commits, "commit")];
  if (pruned > 0) counts.push(`${grouped(pruned)} pruned`);
  await print(`history: ${counts.join(", ")}`);
  if (sessions !== undefined) await print(`sessions: ${sessions.length} alive`);
  for (const { about, text } of facts) await print(`${tame(about)}: ${tame(text)}`);
  for (const { level, about, text, advice } of findings) {
    await print(`${marks[level]} ${tame(about)}: ${tame(text)}\n  → ${tame(advice)}`);
  }
  if (findings.some(isTrouble)) return;
  const unseen = findings.some(({ level }) => level === "unseen");
  const checked = `every group dense and chained, every transition legal${unseen ? "" : ", names held"}`;
  await print(`${paint("green", "✓")} ${checked}, nothing stuck`);
}

function codeOf(findings: readonly Finding[]): ExitCode {
  if (findings.some(({ level }) => level === "corrupt")) return exit.bus;
  return findings.some(isTrouble) ? exit.failed : exit.ok;
}
