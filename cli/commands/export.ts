/** `export log`: the stored commits, verbatim, for keeping and for `import`. */
import type { Bus, Log } from "../../bus/bus.ts";
import { jobNotFound, refusal } from "../../machines/refusal.ts";
import { logUpTo } from "../../projections/as-of.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit-code.ts";
import { logHeader } from "../log-file.ts";
import { print } from "../output.ts";
import { UsageError } from "../usage-error.ts";

type Readable = Pick<Log, "readAll">;

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
    const { bus } = system;
    const log = ids.length === 0 ? logUpTo(bus.log, await bus.log.head()) : await logOf(bus, gids);
    await print(logHeader(bus.url, await countIn(log)));
    for await (const batch of log.readAll()) for (const { text } of batch) await print(text);
    return exit.ok;
  },
};

/** The log as it stands, of some groups alone. */
async function logOf({ log }: Pick<Bus, "log">, gids: Iterable<string>): Promise<Readable> {
  const groups = await Promise.all([...gids].map((gid) => log.read(gid)));
  const commits = groups.flat().toSorted((a, b) => a.position - b.position);
  return {
    async *readAll() {
      yield commits;
    },
  };
}

async function countIn(log: Readable): Promise<number> {
  let count = 0;
  for await (const batch of log.readAll()) count += batch.length;
  return count;
}
