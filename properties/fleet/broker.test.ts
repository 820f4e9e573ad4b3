/** One server that is killed and started again, and nodes that are cut off from it. */
import { expect, test, vi } from "vitest";
import type { Bus } from "../../bus/bus.ts";
import { realWorld } from "../../bus/world.ts";
import { isRefusal } from "../../jobchart.ts";
import type { Commit } from "../../machines/commit.ts";
import { describeWith, parts } from "../parts.ts";
import type { Child } from "./child.ts";
import { CutLine } from "./cut-line.ts";
import { FleetTrial } from "./fleet-trial.ts";
import { GroupTraffic } from "./group-traffic.ts";
import { conforming } from "./soundness.ts";

/** Of a machine that is busy with much else. */
const timeoutMs = 150_000;
const groups = 8;
const lanes = 4;
/** So many that a node which is cut off is asked some of them, and hears them when others have answered. */
const requests = 30;
/** Longer than clients wait for an answer before they ask again. */
const heldMs = 5_000;
const lost = /"connection":"down"|lost 127\.0\.0\.1:\d+; trying again/;
const found = /"connection":"up"|connected to 127\.0\.0\.1:\d+ again/;

/** The positions of the events that a process has printed as JSON, a line each. */
function toldBy({ output }: Child): readonly string[] {
  return [...output.matchAll(/^\{"position":"([\d.]+)"/gm)].map(([, position = ""]) => position);
}

/** The positions of all events of the log, in its order; with `kind`, of those alone. */
async function eventsIn({ log }: Bus, kind?: string): Promise<readonly string[]> {
  const positions: string[] = [];
  for await (const batch of log.readAll()) {
    for (const { position, text } of batch) {
      for (const [index, event] of (JSON.parse(text) as Commit).events.entries()) {
        if (kind === undefined || event.kind === kind) positions.push(`${position}.${index}`);
      }
    }
  }
  return positions;
}

async function expectTold(child: Child, positions: readonly string[]): Promise<void> {
  await vi.waitFor(() => expect(toldBy(child)).toEqual(positions), { timeout: 20_000 });
}

describeWith(parts.nats, "a fleet on one server", () => {
  test.concurrent(
    "goes on when the server was killed and started again, and so do those who watch",
    async () => {
      await using trial = await FleetTrial.open();
      const [broker] = trial.brokers.servers;
      const [node, worker] = [await trial.node(), await trial.worker("w1", "--concurrency", "30")];
      const [watching, listening] = ["watch", "events"].map((command) =>
        trial.start(command, "--from", "0", "--json", "--bus", trial.url),
      ) as [Child, Child];
      const all = [node, worker, watching, listening];
      const traffic = await GroupTraffic.begin(trial, lanes);
      await traffic.more(groups);
      await broker?.stop("SIGKILL");
      await Promise.all(all.map((each) => each.says(lost)));
      await broker?.start();
      await Promise.all(all.map((each) => each.says(found)));
      await traffic.more(groups);
      await traffic.stop();
      const bus = await trial.bus();
      expect(await traffic.judge(bus)).toEqual(conforming);
      await expectTold(watching, await eventsIn(bus));
      await expectTold(listening, await eventsIn(bus, "status"));
      expect(all.filter(({ isOver }) => isOver)).toEqual([]);
    },
    timeoutMs,
  );

  test.concurrent(
    "goes on without a node that is cut off from it, and with it again when that is healed",
    async () => {
      await using trial = await FleetTrial.open();
      await using line = await CutLine.open(trial.brokers.servers[0]?.port ?? 0);
      const near = await trial.node();
      const far = await trial.node(line.url);
      await trial.worker("w1", "--concurrency", "30");
      const traffic = await GroupTraffic.begin(trial, lanes);
      await traffic.more(groups);
      const client = await trial.client();
      const reply = await client.create({ type: "noop", hold: true });
      const uid = isRefusal(reply) ? "" : (reply.group.jobs[0]?.uid ?? "");
      line.hold();
      const said = Array.from({ length: requests }, () => traffic.say("set-speed", uid));
      await realWorld.sleep(heldMs);
      line.mend();
      await Promise.all(said);
      await traffic.more(groups);
      line.sever();
      await far.says(lost);
      await traffic.more(groups);
      line.mend();
      await far.says(found);
      await near.end("SIGKILL");
      await traffic.more(groups);
      await traffic.stop();
      await traffic.say("cancel", uid);
      expect(await traffic.judge(await trial.bus())).toEqual(conforming);
      expect(far.isOver).toBe(false);
    },
    timeoutMs,
  );
});
