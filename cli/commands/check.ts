/** `check`: explores the lifecycle exhaustively, or plays a tape that an exploration has left. */
import type { Call } from "../call.ts";
import type { Format } from "../check/check-report.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../usage-error.ts";

export const check: Command = {
  name: "check",
  usage: "[--jobs N] [--faults N] [--kind KIND | --drivers FILE…] | --replay TAPE",
  summary: "explores everything that can happen to jobs, and asks every invariant of every step",
  options: {
    jobs: {
      value: "N",
      about: "members of the group, 1 to 6 (2; with no option at all 3 plain, then 2 mirror)",
    },
    faults: {
      value: "N",
      about: "workers lost, or taken away, for each member (0; smaller groups, first, lose some)",
    },
    kind: { value: "KIND", about: "plain, or mirror: jobs that become ready" },
    drivers: {
      value: "FILE",
      many: true,
      about: "checks this module's drivers, each apart from the others",
    },
    format: { value: "FORMAT", about: "of a violation's story: text, mermaid or itf (text)" },
    replay: { value: "TAPE", about: "plays what a violation has left, step by step" },
    "no-symmetry": { about: "does not take like members of a group for one another: slower" },
  },
  examples: ["check", "check --jobs 3 --faults 1", "check --drivers ./mine.ts --json"],
  async run(call) {
    call.expectWords("nothing", 0);
    const format = formatOf(call);
    const tape = call.text("replay");
    if (tape !== undefined) {
      const other = scoping.find((name) => call.flag(name));
      if (other !== undefined) {
        throw new UsageError(
          `--replay and --${other} exclude each other: the tape says what it is of`,
        );
      }
      const { replayed } = await import("../check/replayed.ts");
      return replayed(call, tape, format);
    }
    const { explored } = await import("../check/explored.ts");
    return explored(call, format);
  },
};

/** What says what is explored. */
const scoping = ["jobs", "faults", "kind", "drivers", "no-symmetry"];

function formatOf(call: Call): Format {
  const format = call.text("format") ?? "text";
  if (call.isJson && call.flag("format")) {
    throw new UsageError("--json and --format exclude each other");
  }
  if (format === "text" || format === "mermaid" || format === "itf") return format;
  throw new UsageError(`--format: expected text, mermaid or itf, found '${format}'`);
}
