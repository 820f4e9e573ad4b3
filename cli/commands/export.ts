/** `export`: what is recorded, for keeping, for other programs, and for drawing. */
import { BusError } from "../../bus/bus-error.ts";
import type { Bus, Log, Stored } from "../../bus/bus.ts";
import { decode, isSummaryText } from "../../machines/commit.ts";
import { jobNotFound, refusal } from "../../machines/refusal.ts";
import { keptUpTo, placeOf, type Moment } from "../../projections/as-of.ts";
import { CloudEventFeed } from "../../properties/conform/cloud-event-feed.ts";
import { itfOf } from "../../properties/trace/itf.ts";
import { mermaidOf } from "../../properties/trace/mermaid.ts";
import { traceOfLog } from "../../properties/trace/trace-of-log.ts";
import type { Trace } from "../../properties/trace/trace.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { exit, type ExitCode } from "../exit-code.ts";
import { logHeader } from "../log-file.ts";
import { momentOf } from "../moment.ts";
import { suggestion } from "../nearest.ts";
import { print, write } from "../output.ts";
import { readFleetUsers } from "../permissions/read-fleet-users.ts";
import { fleetConfiguration } from "../permissions/fleet-configuration.ts";
import { UsageError } from "../usage-error.ts";

type Readable = Pick<Log, "readAll">;
type Write = (log: Readable, bus: Bus) => Promise<void>;

const writers: Readonly<Record<string, Write>> = {
  log: writeLog,
  cloudevents: writeCloudEvents,
  mermaid: (log) => writeTrace(log, mermaidOf),
  itf: (log) => writeTrace(log, itfOf),
};
const permissions = "nats-permissions";
const formats = [...Object.keys(writers), permissions];
/** What shows the life of one group. */
const oneGroup: ReadonlySet<string> = new Set(["mermaid", "itf"]);

export const exportLog: Command = {
  name: "export",
  usage: "log|cloudevents|mermaid|itf [ID…] [--at TIME|POSITION] | nats-permissions [--role ROLE…]",
  summary:
    "writes histories: stored commits, CloudEvents, a Mermaid diagram, an ITF trace; or a fleet's " +
    "users for nats-server",
  options: {
    at: { value: "TIME|POSITION", about: "as it was then, without what was pruned since" },
    role: {
      value: "ROLE",
      many: true,
      about: "a fleet's user: operator, reader or worker; node is always one (all but worker)",
    },
    name: { value: "WORKER", many: true, about: "with --role worker: its name" },
    user: { value: "NAME", about: "what that user is called; for one --role alone" },
  },
  completes: formats,
  examples: [
    "export log > all.jsonl",
    "export log nightly > nightly.jsonl",
    "export mermaid nightly > nightly.mmd",
    "export cloudevents | curl -T - https://example.org/events",
    "export nats-permissions --role operator --role worker --name w1 --name w2 > fleet.conf",
  ],
  async run(call) {
    const [format = "", ...ids] = call.expectWords(
      `what to export: ${formats.join(", ")}`,
      1,
      Infinity,
    );
    const writeAs = Object.hasOwn(writers, format) ? writers[format] : undefined;
    if (format === permissions) return writePermissions(call, ids);
    if (writeAs === undefined) {
      const expected = formats.map((each) => `'${each}'`).join(", ");
      const hint = suggestion(format, formats);
      throw new UsageError(`export: expected ${expected}, found '${format}'.${hint}`);
    }
    if (oneGroup.has(format) && ids.length === 0) {
      throw new UsageError(`Missing: the ID of a job, whose group is to be shown as ${format}`);
    }
    const { at } = momentOf(call);
    await using system = await call.open();
    const gids = new Set<string>();
    for (const id of ids) {
      const job = await system.job(id);
      if (job === undefined) return call.refuse(refusal(jobNotFound, "exists", "export"), id);
      gids.add(job.gid);
    }
    if (oneGroup.has(format) && gids.size > 1) {
      throw new UsageError(`These are jobs of ${gids.size} groups: export ${format} shows one`);
    }
    await writeAs(await logOf(system.bus, gids, at), system.bus);
    return exit.ok;
  },
};

async function writePermissions(call: Call, words: readonly string[]): Promise<ExitCode> {
  const [unexpected] = words;
  if (unexpected !== undefined) throw new UsageError(`Unexpected word '${unexpected}'`);
  const { prefix, users } = readFleetUsers(call);
  await print(fleetConfiguration(prefix, users));
  return exit.ok;
}

/** The log as it stands, or stood at a moment; of some groups alone, where any are named. */
async function logOf({ log }: Bus, gids: ReadonlySet<string>, at?: Moment): Promise<Readable> {
  const end = at === undefined ? await log.head() : (await placeOf(log, at)).position;
  if (gids.size === 0) return keptUpTo(log, end);
  const groups = await Promise.all([...gids].map((gid) => log.read(gid)));
  const commits = groups.flat().toSorted((a, b) => a.position - b.position);
  return {
    async *readAll() {
      yield commits.filter(({ position, text }) => position <= end || isSummaryText(text));
    },
  };
}

async function writeLog(log: Readable, { url }: Bus): Promise<void> {
  let count = 0;
  for await (const batch of log.readAll()) count += batch.length;
  await print(logHeader(url, count));
  for await (const batch of log.readAll()) {
    count -= batch.length;
    for (const { text } of batch) await print(text);
  }
  if (count === 0) return;
  throw new BusError("unavailable", `${url}: groups were pruned meanwhile: export it again`);
}

async function writeCloudEvents(log: Readable): Promise<void> {
  const feed = new CloudEventFeed();
  for await (const batch of log.readAll()) {
    for (const stored of batch) {
      const commit = decode(stored.text, `position ${stored.position}`);
      for (const event of feed.eventsOf(stored, commit)) await print(JSON.stringify(event));
    }
  }
}

async function writeTrace(log: Readable, show: (trace: Trace) => string): Promise<void> {
  const commits: Stored[] = [];
  for await (const batch of log.readAll()) commits.push(...batch);
  const [first] = commits;
  if (first === undefined) throw new UsageError("--at: nothing had happened by then");
  await write(show(traceOfLog(first.gid, commits)));
}
