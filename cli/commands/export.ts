/** `export log`: the stored commits, verbatim, for keeping and for `import`. */
import type { Stored } from "../../bus/bus.ts";
import type { JobSystem } from "../../jobchart.ts";
import { jobNotFound, refusal } from "../../machines/refusal.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit-code.ts";
import { logHeader } from "../log-file.ts";
import { print } from "../output.ts";
import { UsageError } from "../usage-error.ts";

export const exportLog: Command = {
  name: "export",
  usage: "log [ID…]",
  summary: "writes the stored commits to standard output, verbatim, one a line",
  options: {},
  examples: ["export log > all.jsonl", "export log nightly > nightly.jsonl"],
  async run(call) {
    const [what, ...ids] = call.expectWords("what to export: log", 1, Infinity);
    if (what !== "log") throw new UsageError(`export: expected 'log', found '${what}'`);
    await using system = await call.open();
    const gids = new Set<string>();
    for (const id of ids) {
      const job = await system.job(id);
      if (job === undefined) return call.refuse(refusal(jobNotFound, "exists", "export"), id);
      gids.add(job.gid);
    }
    await print(logHeader(system.bus.url));
    const batches = ids.length === 0 ? system.bus.log.readAll() : [await commitsOf(system, gids)];
    for await (const batch of batches) for (const { text } of batch) await print(text);
    return exit.ok;
  },
};

/** The commits of some groups, in the order of the log. */
async function commitsOf(system: JobSystem, gids: Iterable<string>): Promise<readonly Stored[]> {
  const groups = await Promise.all([...gids].map((gid) => system.bus.log.read(gid)));
  return groups.flat().toSorted((a, b) => a.position - b.position);
}
