/** `doctor`: checks the whole history, and all that stands beside it. It changes nothing. */
import { realWorld } from "../../bus/world.ts";
import type { Command } from "../command.ts";
import { checkFile } from "../doctor/check-file.ts";
import { checkLog } from "../doctor/check-log.ts";
import { checkNames } from "../doctor/check-names.ts";
import { checkView } from "../doctor/check-view.ts";
import { checkWork } from "../doctor/check-work.ts";
import type { Finding } from "../doctor/finding.ts";
import { exit, type ExitCode } from "../exit-code.ts";
import { paint, print, tame } from "../output.ts";
import { counted, sizeText } from "../units.ts";

export const doctor: Command = {
  name: "doctor",
  usage: "",
  summary:
    "checks the whole history: dense, chained, every transition legal; and what is beside it",
  options: {},
  examples: ["doctor", "doctor --json"],
  async run(call) {
    call.expectWords("nothing", 0);
    await using system = await call.open();
    const { bus } = system;
    const file = checkFile(bus.url);
    const log = await checkLog(bus);
    const isSound = log.findings.every(({ level }) => level !== "corrupt");
    const view = isSound ? await checkView(system) : [];
    const open = isSound ? log.open : [];
    const names = await checkNames(bus, open);
    const work = await checkWork(bus, open, realWorld.now());
    const findings = [
      ...(file?.findings ?? []),
      ...log.findings,
      ...view,
      ...names,
      ...work.findings,
    ];
    const { commits, groups, jobs } = log;
    if (call.isJson) {
      for (const finding of findings) await print(JSON.stringify(finding));
      await print(
        JSON.stringify({ bus: bus.url, commits, groups, jobs, findings: findings.length }),
      );
      return codeOf(findings);
    }
    const size = file === undefined ? "" : `, ${sizeText(file.sizeBytes)}`;
    await print(`${bus.url}${size}`);
    const counts = [counted(groups, "group"), counted(jobs, "job"), counted(commits, "commit")];
    await print(`history: ${counts.join(", ")}`);
    await print(`sessions: ${work.sessions.length} alive`);
    for (const { about, text, advice } of findings) {
      await print(`${paint("red", "✗")} ${tame(about)}: ${tame(text)}\n  → ${tame(advice)}`);
    }
    if (findings.length === 0) {
      const checked = "every group dense and chained, every transition legal, names held";
      await print(`${paint("green", "✓")} ${checked}, nothing stuck`);
    }
    return codeOf(findings);
  },
};

function codeOf(findings: readonly Finding[]): ExitCode {
  if (findings.some(({ level }) => level === "corrupt")) return exit.bus;
  return findings.length > 0 ? exit.failed : exit.ok;
}
