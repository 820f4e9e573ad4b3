/** `restore`: a backup of a log into an empty bus, or in place of what a fleet holds. */
import type { Bus } from "../../bus/bus.ts";
import type { NatsBus } from "../../bus/nats/open-nats-bus.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit-code.ts";
import { readLogFile } from "../log-file.ts";
import { expectNoNode } from "../nobody-there.ts";
import { complain, print } from "../output.ts";
import { takeIn } from "../take-in.ts";
import { takenInText } from "../taken-in-text.ts";
import { counted } from "../units.ts";
import { messageOf, UsageError } from "../usage-error.ts";

export const restore: Command = {
  name: "restore",
  usage: "FILE|- [--replace --yes]",
  summary:
    "brings a fleet's log back from a backup; it is another history from there on: " +
    "workers and nodes of before are refused",
  options: {
    replace: { about: "deletes what the fleet holds first, and says what that is" },
    yes: { about: "with --replace: really" },
  },
  completes: "file",
  examples: [
    "--bus nats://fleet.example.org restore fleet-2026-11-20.jsonl",
    "--bus nats://fleet.example.org restore fleet-2026-11-20.jsonl --replace --yes",
    "--bus file:look.db restore fleet-2026-11-20.jsonl",
  ],
  async run(call) {
    const [file = ""] = call.expectWords("the FILE with the backup, or -", 1);
    if (call.flag("yes") && !call.flag("replace")) {
      throw new UsageError("--yes belongs to --replace");
    }
    const log = await readLogFile(file);
    if (call.flag("replace")) await makeRoom(call);
    await using bus = await call.openBus({ create: true });
    const added = await takeIn(bus, log);
    await print(takenInText(bus, log, { added, isJson: call.isJson }));
    return exit.ok;
  },
};

async function makeRoom(call: Call): Promise<void> {
  await using bus = await call.openBus({ create: true });
  if (!isNatsBus(bus)) {
    throw new UsageError(`--replace is for a fleet: ${bus.url} stays; name a new file with --bus`);
  }
  const held = await holdings(bus);
  if (held === undefined) return;
  if (!call.flag("yes")) {
    throw new UsageError(
      `--replace: ${bus.url} holds ${held}, and would hold it no more. ` +
        `Keep a copy with 'backup', and say --yes`,
    );
  }
  await expectNoNode(bus);
  const { jsm, names } = bus.link;
  const ours = new Set<string>(Object.values(names.streams));
  for await (const name of jsm.streams.names()) {
    if (ours.has(name)) await jsm.streams.delete(name);
  }
  if (!call.isJson) complain(`deleted from ${bus.url}: ${held}`);
}

/** What would be lost, in words; undefined: nothing. */
async function holdings({ log }: Bus): Promise<string | undefined> {
  const groups = new Set<string>();
  let commits = 0;
  try {
    for await (const batch of log.readAll()) {
      commits += batch.length;
      for (const { gid } of batch) groups.add(gid);
    }
  } catch (error) {
    return `a log that cannot be read (${messageOf(error)})`;
  }
  if (commits === 0 && (await log.head()) === 0) return undefined;
  return `${counted(commits, "commit")} of ${counted(groups.size, "group")}`;
}

function isNatsBus(bus: Bus): bus is NatsBus {
  return "link" in bus;
}
