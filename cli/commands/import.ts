/** `import`: an exported log into an empty bus, after all of it was checked. */
import { Desk } from "../../actors/desk.ts";
import type { Bus } from "../../bus/bus.ts";
import { realWorld } from "../../bus/world.ts";
import type { Draft } from "../../machines/input.ts";
import type { Group, Job } from "../../machines/record.ts";
import { isEnded } from "../../machines/status.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit-code.ts";
import { readLogFile, type Entry } from "../log-file.ts";
import { print } from "../output.ts";
import { UsageError } from "../usage-error.ts";

const appendsAtOnce = 256;

export const importLog: Command = {
  name: "import",
  usage: "FILE|-",
  summary: "reads an exported log into an empty bus; nothing unless all of it is right",
  options: {},
  examples: ["--bus file:restored.db import all.jsonl"],
  async run(call) {
    const [file = ""] = call.expectWords("the FILE with the log, or -", 1);
    const { entries, groups } = await readLogFile(file);
    await using bus = await call.openBus({ create: true });
    if ((await bus.log.head()) > 0) {
      throw new UsageError(`${bus.url}: holds jobs already; name a new one with --bus`);
    }
    await appendAll(bus, entries);
    await takeNames(bus, groups);
    const jobs = groups.flatMap((group) => group.jobs);
    const unfinished = jobs.filter(({ status }) => !isEnded(status)).length;
    const counts = {
      commits: entries.length,
      groups: groups.length,
      jobs: jobs.length,
      unfinished,
    };
    await print(
      call.isJson
        ? JSON.stringify({ bus: bus.url, ...counts })
        : `${bus.url}: ${counts.commits} commits, ${counts.jobs} jobs, ${unfinished} unfinished`,
    );
    return exit.ok;
  },
};

/** In order; several at once share a flush to disk. */
async function appendAll({ log }: Bus, entries: readonly Entry[]): Promise<void> {
  for (let from = 0; from < entries.length; from += appendsAtOnce) {
    const some = entries.slice(from, from + appendsAtOnce);
    await Promise.all(some.map(({ gid, rev, text }) => log.append(gid, rev, text)));
  }
}

/** Ids and resources are the jobs' again, each its last holder's. */
async function takeNames(bus: Bus, groups: readonly Group[]): Promise<void> {
  const desk = new Desk({
    bus,
    world: realWorld,
    groupsMax: 1,
    inspect: undefined,
    carryOut: () => undefined,
  });
  for (const { gid, jobs } of groups) {
    const refused = await desk.names.take(gid, jobs.map(claimant));
    if (refused !== undefined) throw new Error(`group ${gid}: ${refused.refused}`);
  }
}

/** What a name is taken for: the job, as far as names look at it. */
function claimant({ id, uid, type, args, shape, resources }: Job): Draft {
  return { id, uid, type, args, shape, resources };
}
