/**
 * With the accounts of `export nats-permissions` nobody but nodes writes what is stored, whichever
 * way it is tried.
 */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Headers } from "../../bus/bus.ts";
import { patience } from "../../bus/contract/patience.ts";
import { namesOf } from "../../bus/nats/names.ts";
import type { NatsBus } from "../../bus/nats/open-nats-bus.ts";
import { headersOf } from "../../bus/nats/store-message.ts";
import { describeWith, parts } from "../../properties/parts.ts";
import { PermittedFleet } from "./permitted-fleet.ts";
import { nodeRights, operatorRights, readerRights, workerRights } from "./rights.ts";

const names = namesOf("job");

/** How the streams are configured, what in them is strange, and where log and feed begin. */
async function found(bus: NatsBus): Promise<readonly object[]> {
  const { jsm } = bus.link;
  const streams = Object.values(names.streams).filter((name) => !name.endsWith("PROGRESS"));
  return Promise.all(
    streams.map(async (name) => {
      const { config, state } = await jsm.streams.info(name, { subjects_filter: ">" });
      const strange = Object.keys(state.subjects ?? {}).filter((each) => /forged|\.x$/.test(each));
      const isKept = name === names.streams.log || name === names.streams.feed;
      return { config, strange, first: isKept ? state.first_seq : 0 };
    }),
  );
}

describeWith(parts.nats, "whoever is no node", () => {
  let fleet: PermittedFleet;
  beforeAll(async () => {
    fleet = await PermittedFleet.open();
  }, 30_000);
  afterAll(() => fleet[Symbol.asyncDispose]());

  const guests = ["operator", "reader", "w1", "w2"];
  const targets = ["job.log.gforged", "job.relay.a.b.x", "job.work.noop.any.x", "$KV.job.name.x"];
  const purges = ["JOB_LOG", "JOB_FEED"].flatMap((stream) =>
    ["PURGE", "DELETE", "UPDATE", "MSG.DELETE", "CREATE"].flatMap((verb) =>
      ["$JS.API", "$JS.jobchart.API"].map((api) => `${api}.STREAM.${verb}.${stream}`),
    ),
  );
  test.each(guests)("%s cannot publish what is stored, nor alter a stream", async (user) => {
    const { nc, violations } = await fleet.connect(user);
    const node = await fleet.bus("node");
    const before = await found(node);
    const published = [...targets, ...purges];
    for (const subject of published) nc.publish(subject, "");
    await nc.flush();
    await vi.waitFor(() => expect(violations).toHaveLength(published.length), patience);
    expect(await found(node)).toEqual(before);
    for (const each of before) expect(each).toMatchObject({ strange: [] });
  });

  test.each(guests)("%s cannot have an answer written where it may not write", async (user) => {
    const { nc, violations } = await fleet.connect(user);
    const node = await fleet.bus("node");
    const rights = {
      operator: operatorRights(names),
      reader: readerRights(names),
      w1: workerRights(names, "w.1"),
      w2: workerRights(names, "w2"),
    }[user];
    const before = await found(node);
    const asks = (rights?.asks ?? []).map(({ subject }) =>
      subject.replace("$JS.API", "$JS.jobchart.API").replaceAll(/\*|>/g, "one"),
    );
    for (const subject of asks) {
      for (const reply of [...targets, "$JS.API.STREAM.PURGE.JOB_LOG"]) {
        nc.publish(subject, JSON.stringify({ seq: 1, types: [], host: "h" }), { reply });
      }
    }
    await nc.flush();
    // What was asked before is answered by the time that this is.
    await (await fleet.bus("node")).log.head();
    await fleet.client("operator").then((operator) => operator.queryJobs());
    expect(await found(node)).toEqual(before);
    // All of it was asked, and answered somewhere.
    expect(violations).toEqual([]);
  });

  const lease = {
    session: "x",
    worker: "w2",
    host: "h",
    pid: 1,
    types: [],
    concurrency: 1,
    tags: {},
  };
  const kept = "$KV.job.name.kept";
  test.each<Headers>([
    { "Nats-Rollup": "all" },
    { "Nats-Rollup": "sub" },
    { "Nats-Rollup": "sub", "KV-Operation": "PURGE" },
    { "KV-Operation": "DEL", "Nats-TTL": "1s" },
    { "Nats-TTL": "1s" },
    { "Nats-TTL": "1s", "Nats-Expected-Last-Subject-Sequence-Subject": kept },
    { "Nats-Schedule": "@every 1s", "Nats-Schedule-Target": kept },
    { "Nats-Batch-Id": "b", "Nats-Batch-Sequence": "1", "Nats-Batch-Commit": "1" },
  ])("a worker that puts its own lease with %o does nothing to other keys", async (headers) => {
    const { nc, violations } = await fleet.connect("w2");
    const node = await fleet.bus("node");
    const version = await node.values.put("name.kept", "mine");
    node.signals.publish("progress.kept", "mine");
    const samples = () => node.signals.kept("progress.kept");
    await vi.waitFor(async () => expect((await samples()).size).toBe(1), patience);
    const before = (await node.values.list("")).map(({ key }) => key);
    for (const session of ["x", "*", ">"]) {
      const options = { headers: headersOf(headers), timeout: 5_000 };
      await nc.request(`$KV.job.lease.w2.${session}`, JSON.stringify(lease), options);
      nc.publish(`job.progress.${session}`, "", { headers: headersOf(headers) });
    }
    await nc.flush();
    const after = await node.values.list("");
    expect(after.map(({ key }) => key)).toEqual(expect.arrayContaining(before));
    expect(after).toContainEqual({ key: "name.kept", value: "mine", version });
    expect(await samples()).toEqual(new Map([["progress.kept", "mine"]]));
    expect(violations).toEqual([]);
  });

  test("nobody reads another's replies, by whichever inbox", async () => {
    const { nc } = await fleet.connect("w1");
    const heard: string[] = [];
    const refused: string[] = [];
    for (const subject of ["_INBOX_operator.>", "_INBOX.>", ">", "job.report.>", "job.cmd.>"]) {
      nc.subscribe(subject, {
        callback: (error, message) => {
          if (error === null) heard.push(message.subject);
          else refused.push(subject);
        },
      });
    }
    await nc.flush();
    await fleet.client("operator").then((operator) => operator.queryJobs());
    expect(refused).toHaveLength(5);
    expect(heard).toEqual([]);
  });
});

test("all that a node has rights for is of its own fleet", () => {
  for (const { subject } of nodeRights(names).asks) {
    expect(subject).toMatch(
      /^(?:job\.|\$KV\.job\.|\$SRV\.|\$JS\.(?:API|ACK)\.(?:.*(?:JOB_|KV_job)|INFO$))/,
    );
  }
});
