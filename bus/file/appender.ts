/**
 * A process for tests: opens a bus file, appends, and prints each commit that was acknowledged.
 *
 * `appender.ts PATH own GID`: many at once, each stream into a group of its own, until it is
 * killed. `appender.ts PATH race NAME COUNT`: fights with others for each rev of the group `race`
 * until it has won COUNT of them. `appender.ts PATH listen`: subscribes, and has nothing else to do.
 * Lines: `gid rev`.
 */
import { realWorld } from "../world.ts";
import { BusError } from "../bus-error.ts";
import { openFileBus } from "./open-file-bus.ts";

const [path = "", task, name = "", count] = process.argv.slice(2);
const streams = 32;

const bus = await openFileBus(path, { world: realWorld, create: true });
if (task === "own") {
  await Promise.all(Array.from({ length: streams }, (_, i) => appendOwn(`${name}${i}`)));
} else if (task === "race") {
  await race(Number(count));
  await bus[Symbol.asyncDispose]();
} else {
  bus.signals.subscribe("news", (subject, data) => process.stdout.write(`${subject} ${data}\n`));
}

async function appendOwn(gid: string): Promise<never> {
  for (let rev = 1; ; rev += 1) {
    await bus.log.append(gid, rev, `${gid} ${rev}`);
    process.stdout.write(`${gid} ${rev}\n`);
  }
}

async function race(wins: number): Promise<void> {
  let won = 0;
  while (won < wins) {
    const rev = (await bus.log.read("race")).length + 1;
    try {
      await bus.log.append("race", rev, name);
      process.stdout.write(`race ${rev}\n`);
      won += 1;
    } catch (error) {
      if (!(error instanceof BusError && error.code === "conflict")) throw error;
    }
  }
}
