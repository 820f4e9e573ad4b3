/** `verify`: judges recorded histories, ours and those of a real QEMU. */
import { createReadStream } from "node:fs";
import { chooseFormat, formats, type Format } from "../../properties/conform/choose-format.ts";
import { judgeCloudEvents } from "../../properties/conform/cloudevents.ts";
import { linesOf } from "../../properties/conform/lines.ts";
import { judgeOwn } from "../../properties/conform/own.ts";
import { judgeQmp } from "../../properties/conform/qmp.ts";
import { qemuVersions, type QemuVersion } from "../../properties/conform/qmp/tables.ts";
import type { Judgement, Verdict } from "../../properties/conform/verdict.ts";
import { choiceOf, either } from "../choice.ts";
import type { Command } from "../command.ts";
import { exit, worst, type ExitCode } from "../exit-code.ts";
import { print } from "../output.ts";
import { nameOf, whyUnread } from "../read-text.ts";
import { UsageError } from "../usage-error.ts";
import { sumLine, verdictLines } from "../verdict-lines.ts";

const strange = `none of its first lines is of a known format: ${formats.join(", ")}`;

const codes: Readonly<Record<Judgement, ExitCode>> = {
  conforms: exit.ok,
  inconclusive: exit.ok,
  diverges: exit.failed,
  unreadable: exit.usage,
};

export const verify: Command = {
  name: "verify",
  usage: "FILE… [--format FORMAT] [--qemu VERSION]",
  summary: "judges recorded histories: whether the lifecycle allows all that is in them",
  options: {
    format: {
      value: "FORMAT",
      about: `${formats.join(", ")}; default: as the first lines of each file look`,
    },
    qemu: {
      value: "VERSION",
      about: `${either(qemuVersions)}: whose tables hold where a QMP log does not say; default 10.0`,
    },
  },
  completes: "file",
  examples: ["verify qmp.jsonl", "export log | jobchart verify -", "verify --qemu 7.2 *.jsonl"],
  async run(call) {
    const files = call.expectWords("the FILE to judge, or -", 1, Infinity);
    const [wanted, version = "10.0"] = [call.text("format"), call.text("qemu")];
    const format = wanted === undefined ? wanted : choiceOf(wanted, formats, "--format");
    const qemu = choiceOf(version, qemuVersions, "--qemu");
    if (files.filter((file) => file === "-").length > 1) {
      throw new UsageError("'-' is given twice: standard input can be read once");
    }
    const found: { readonly name: string; readonly verdict: Judgement }[] = [];
    for (const file of files) {
      const verdict = await judged(file, format, qemu);
      found.push({ name: nameOf(file), verdict: verdict.verdict });
      if (call.isJson) await print(JSON.stringify({ file, ...verdict }));
      else for (const line of verdictLines(nameOf(file), verdict)) await print(line);
    }
    if (!call.isJson && files.length > 1) await print(sumLine(found));
    return worst(found.map(({ verdict }) => codes[verdict]));
  },
};

/** The verdict on one file; what cannot be read is `unreadable`. */
async function judged(
  file: string,
  wanted: Format | undefined,
  qemu: QemuVersion,
): Promise<Verdict> {
  const bytes = file === "-" ? process.stdin : createReadStream(file);
  try {
    const { format, lines } = await chooseFormat(linesOf(bytes));
    const judge = { jobchart: judgeOwn, cloudevents: judgeCloudEvents, qmp: judgeQmp({ qemu }) };
    const verdict = await judge[wanted ?? format ?? "qmp"](lines);
    const isStrange = wanted === undefined && format === undefined && verdict.skipped > 0;
    return isStrange ? { ...verdict, explanation: strange } : verdict;
  } catch (error) {
    if (!isOfSystem(error)) throw error;
    return { verdict: "unreadable", explanation: whyUnread(error), jobs: 0, events: 0, skipped: 0 };
  }
}

function isOfSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
