/** One id and several creators: who races for it, and who dies with it in hand. */
import { expect, test, vi } from "vitest";
import { isRefusal, type Driver } from "../../jobchart.ts";
import type { Commit } from "../../machines/commit.ts";
import { describeWith, parts } from "../parts.ts";
import { FleetTrial } from "./fleet-trial.ts";
import { raceForNames } from "./names-raced.ts";

const noop: Driver = { type: "noop", args: {}, run: async () => null };

describeWith(parts.nats, "one id and several creators", () => {
  test.concurrent("of the creations of one id by several nodes at once one wins, 100 times", async () => {
    expect(await raceForNames(100)).toMatchObject({ verdict: "conforms" });
  });

  test.concurrent("an id whose creator died with it in hand is free after 10 s, and he never comes back", async () => {
    await using trial = await FleetTrial.open();
    const dying = trial.script("dying-node.ts", trial.url);
    await dying.says("serving");
    const bus = await trial.bus();
    const body = JSON.stringify({ id: "first", jobs: [{ type: "noop", id: "it", hold: true }] });
    const create = { data: body, headers: {} };
    const client = await trial.client();
    await client.declare([noop]);
    const asked = bus.requests?.request("cmd.create.noop", create, { timeoutMs: 500 });
    await expect(asked).rejects.toMatchObject({ code: "unavailable" });
    await dying.ended();
    expect(await bus.log.head()).toBe(0);
    await trial.node();
    const again = () => client.create({ type: "noop", id: "it", hold: true });
    expect(await again()).toMatchObject({ refused: "Job ID 'it' already in use" });
    const taken = await vi.waitFor(
      async () => {
        const reply = await again();
        if (isRefusal(reply)) throw new Error(reply.refused);
        return reply;
      },
      { timeout: 30_000, interval: 500 },
    );
    const late = await bus.requests?.request("cmd.create.noop", create, { timeoutMs: 5_000 });
    expect(late?.headers).toMatchObject({ "Nats-Service-Error-Code": "409" });
    const kinds: string[] = [];
    for await (const batch of bus.log.readAll()) {
      for (const { text } of batch)
        kinds.push(...(JSON.parse(text) as Commit).events.map(({ kind }) => kind));
    }
    expect(kinds).toEqual(["void", "status"]);
    expect((await client.job("it"))?.gid).toBe(taken.gid);
  });
});
