/** `prune`: gives up the histories of what ended long ago; a line of each job stays. */
import { realWorld } from "../../bus/world.ts";
import type { Pruned } from "../../actors/pruner.ts";
import type { Command } from "../command.ts";
import { confirmed, yesOption } from "../confirm.ts";
import { exit } from "../exit-code.ts";
import { print } from "../output.ts";
import { counted, durationText, parseDuration } from "../units.ts";
import { UsageError } from "../usage-error.ts";

export const prune: Command = {
  name: "prune",
  usage: "--older DURATION [--dry-run] [--yes]",
  summary: "gives up the histories of what ended long ago; how each job ended stays on record",
  options: {
    older: {
      value: "DURATION",
      about: "how long ago the last of a group ended, all dismissed; as 30d",
    },
    "dry-run": { about: "says what would go, and changes nothing" },
    ...yesOption,
  },
  examples: ["prune --older 30d --dry-run", "prune --older 30d --yes"],
  async run(call) {
    call.expectWords("nothing", 0);
    const older = call.text("older");
    if (older === undefined) throw new UsageError("Missing: --older DURATION, as --older 30d");
    const olderMs = parseDuration(older, "--older");
    const endedBy = realWorld.now() - olderMs;
    await using system = await call.open();
    const found = await system.prune({ endedBy, isDry: true });
    const isDry = call.flag("dry-run");
    const ago = `ended more than ${durationText(olderMs)} ago`;
    if (found.groups === 0 || isDry) {
      const text =
        found.groups === 0 ? `nothing to prune: no group ${ago}` : `would prune ${textOf(found)}`;
      await print(call.isJson ? jsonOf(found, isDry) : text);
      return exit.ok;
    }
    const question = `prune ${textOf(found)}, all of which ${ago}? Their histories are then gone for good.`;
    if (!(await confirmed(call, question))) return exit.failed;
    const done = await system.prune({ endedBy });
    await print(call.isJson ? jsonOf(done, isDry) : `pruned ${textOf(done)}`);
    return exit.ok;
  },
};

/** `12 groups with 15 jobs, the first of 2026-09-01`. */
function textOf({ groups, jobs, sinceMs }: Pruned): string {
  const since =
    sinceMs === null ? "" : `, the first of ${new Date(sinceMs).toISOString().slice(0, 10)}`;
  return `${counted(groups, "group")} with ${counted(jobs, "job")}${since}`;
}

function jsonOf({ groups, jobs, sinceMs }: Pruned, isDry: boolean): string {
  const since = sinceMs === null ? null : new Date(sinceMs).toISOString();
  return JSON.stringify({ groups, jobs, since, "dry-run": isDry });
}
