/**
 * What a fleet is told that nobody should say to it: requests that are none, and messages in its
 * log that no node wrote.
 */
import { headers } from "@nats-io/transport-node";
import { expect, test, vi } from "vitest";
import type { Message } from "../../bus/bus.ts";
import { openNatsBus, type NatsBus } from "../../bus/nats/open-nats-bus.ts";
import { readNatsUrl } from "../../bus/nats/nats-url.ts";
import { realWorld } from "../../bus/world.ts";
import { gidOf } from "../../machines/job-id.ts";
import { describeWith, parts } from "../parts.ts";
import { FleetTrial } from "./fleet-trial.ts";

const patience = { timeout: 30_000, interval: 50 };

function nested(levels: number): string {
  return `${"[".repeat(levels)}${"]".repeat(levels)}`;
}

function natsBus({ url }: FleetTrial): Promise<NatsBus> {
  return openNatsBus(readNatsUrl(url, {}), { world: realWorld, create: false });
}

async function reply({ requests }: NatsBus, subject: string, data: string): Promise<Message> {
  return requests.request(subject, { data, headers: {} }, { timeoutMs: 10_000 });
}

/** A message in a group's subject that no node wrote; resolves with its place. */
async function forge({ link }: NatsBus, gid: string, text: string, rev?: number): Promise<number> {
  const fields = headers();
  if (rev !== undefined) fields.set("Job-Rev", `${rev}`);
  const js = link.jsm.jetstream();
  return (await js.publish(`job.log.${gid}`, text, { headers: fields })).seq;
}

const create = { type: "noop", id: "one", hold: true };
const bad: readonly (readonly [subject: string, data: string, code: string, why: RegExp])[] = [
  ["cmd.pause.one", "{", "400", /The body is no JSON/],
  ["cmd.pause.one", "\u0000\uFFFD", "400", /The body is no JSON/],
  ["cmd.pause.one", "7", "400", /expected: object/],
  ["cmd.pause.one", nested(400_000), "400", /no JSON|nested deeper than/],
  ["cmd.pause.one", '{"v":2}', "400", /this node is too old for what is asked/],
  ["cmd.create.noop", '{"v":99,"jobs":[]}', "400", /expected version 1 or lower/],
  [
    "cmd.create.noop",
    `{"jobs":[{"type":"noop","args":{"trace":${nested(5_000)}}}]}`,
    "400",
    /deep/,
  ],
  ["cmd.change.one", `{"change":{"x":${nested(5_000)}}}`, "400", /nested deeper than 200 levels/],
  [
    "cmd.create.noop",
    JSON.stringify({ jobs: [{ type: "noop", args: { trace: "x".repeat(70_000) } }] }),
    "400",
    /at most 65536/,
  ],
  [
    "cmd.create.noop",
    JSON.stringify({ jobs: Array.from({ length: 257 }, () => ({ type: "noop" })) }),
    "400",
    /256/,
  ],
  ["cmd.explode.one", "{}", "400", /Unknown verb 'explode'/],
  ["query.everything", "{}", "400", /Unknown query/],
];

describeWith(parts.nats, "a fleet that is told nonsense", () => {
  test.concurrent("says what is wrong, and writes nothing", async () => {
    await using trial = await FleetTrial.open();
    const [node] = [await trial.node(), await trial.worker("w1")];
    const client = await trial.client();
    await client.create(create);
    await using bus = await natsBus(trial);
    const head = await bus.log.head();
    for (const [subject, data, code, why] of bad) {
      const { headers: fields } = await reply(bus, subject, data);
      expect([subject, fields["Nats-Service-Error-Code"]]).toEqual([subject, code]);
      expect(fields["Nats-Service-Error"]).toMatch(why);
    }
    // Nobody waits for an answer to these, or has one sent to where he may not write himself.
    bus.link.nc.publish("job.cmd.pause.one", "{");
    bus.link.nc.publish("job.cmd.pause.one", new Uint8Array([0xff, 0xfe]), { reply: "job.log.x" });
    bus.link.nc.publish("job.report.w1", "{}");
    await reply(bus, "query.position", "");
    expect(await bus.log.head()).toBe(head);
    await expect(reply(bus, "cmd.pause.one", "x".repeat(2 << 20))).rejects.toMatchObject({
      code: "too-large",
    });
    expect(node?.output).not.toContain("jobchart: ");
    expect((await trial.run("start", "one")).code).toBe(0);
    expect(await client.settled("one")).toMatchObject({ outcome: "success" });
  });

  test.concurrent("refuses a commit that its server would not take", async () => {
    await using trial = await FleetTrial.open({ configuration: "max_payload: 65536" });
    await trial.node();
    await trial.worker("w1");
    const trace = "x".repeat(40_000);
    const client = await trial.client();
    const jobs = [1, 2].map(() => ({ type: "noop", args: { trace } }));
    await expect(client.transaction({ jobs })).rejects.toMatchObject({ code: "too-large" });
    await client.create({ type: "noop", id: "small", args: {} });
    expect(await client.settled("small")).toMatchObject({ outcome: "success" });
    expect(await client.queryJobs()).toEqual([]);
  });

  test.concurrent("has a group to itself that somebody else has written into", async () => {
    await using trial = await FleetTrial.open();
    const node = await trial.node();
    await trial.worker("w1");
    const client = await trial.client();
    await client.create(create);
    await client.create({ ...create, id: "two" });
    const gid = gidOf((await client.uidOf("one")) ?? "");
    await using bus = await natsBus(trial);
    await forge(bus, gid, "forged", 2);
    await node.says(/the feed ends here: group \w+ rev 2[^\n]*: not JSON/);
    const paused = await trial.run("pause", "one");
    expect(paused).toMatchObject({
      code: 4,
      output: expect.stringContaining(`group ${gid} rev 2`),
    });
    expect((await trial.run("start", "two")).code).toBe(0);
    const listed = await trial.run("ls");
    expect(listed).toMatchObject({ code: 4, output: expect.stringContaining("not JSON") });
    expect(await bus.log.read(gid)).toHaveLength(2);
    expect(node.isOver).toBe(false);
  });

  test.concurrent("ends its nodes, and says why, at a message of no group; and goes on without it", async () => {
    await using trial = await FleetTrial.open();
    const node = await trial.node();
    const worker = await trial.worker("w1");
    const client = await trial.client({ onError: () => undefined });
    await client.create(create);
    await using bus = await natsBus(trial);
    const seq = await forge(bus, "stray", "forged");
    const why = `message ${seq} on job.log.stray has no proper Job-Rev header`;
    expect(await node.ended()).toBe(4);
    expect(node.output).toContain(why);
    const again = trial.start("serve", "--bus", trial.url);
    expect(await again.ended()).toBe(4);
    expect(again.output).toContain(`nats stream rmm JOB_LOG ${seq}`);
    await bus.link.jsm.streams.deleteMessage("JOB_LOG", seq);
    await trial.node();
    expect((await trial.run("start", "one")).code).toBe(0);
    expect(await client.settled("one")).toMatchObject({ outcome: "success" });
    expect(worker.isOver).toBe(false);
    await vi.waitFor(
      async () =>
        expect((await trial.run("events", "--from", "0", "--until-now")).output).toContain(
          '"to":"concluded"',
        ),
      patience,
    );
  });
});
