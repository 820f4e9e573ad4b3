import { afterEach, describe, expect, test } from "vitest";
import type { Bus, Message } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import { defineJob, openJobSystem, type JobSystem } from "../jobchart.ts";

/** Requests as anybody may write them, said to a real node. */

let node: JobSystem | undefined;
let bus: Bus;
afterEach(() => node?.[Symbol.asyncDispose]());

const noop = defineJob({ type: "noop", args: {}, run: async () => null });

async function start(): Promise<void> {
  bus = openMemoryBus({ world: realWorld });
  node = await openJobSystem({ bus, node: true });
  await node.declare([noop]);
}

async function say(subject: string, data: string | object, headers = {}): Promise<Said> {
  const body = typeof data === "string" ? data : JSON.stringify(data);
  const request: Message = { data: body, headers };
  const reply = await bus.requests?.request(subject, request, { timeoutMs: 5_000 });
  const { "Nats-Service-Error-Code": code, "Nats-Service-Error": error } = reply?.headers ?? {};
  return { code, error, body: JSON.parse(reply?.data ?? "null") };
}
interface Said {
  readonly code: string | undefined;
  readonly error: string | undefined;
  readonly body: any;
}

const job = { type: "noop" };
const at = (session: string, about: string): string => `report.w1.${session}.${about}`;
const claim = (session: string, worker = "w1") => ({ session, worker, host: "h" });

describe("a command", () => {
  test("may be no more than a subject", async () => {
    await start();
    await say("cmd.create.noop", { jobs: [{ ...job, id: "one" }] });
    const paused = await say("cmd.pause.one", "");
    expect(paused.body.group.jobs).toMatchObject([{ id: "one", userPaused: true, by: "client" }]);
  });

  test.each([
    ["cmd.create.noop", "{", "400", "The body is no JSON: "],
    ["cmd.create.noop", "[]", "400", "Invalid parameter type for the body, expected: object"],
    ["cmd.pause.one", "null", "400", "Invalid parameter type for the body, expected: object"],
    ["cmd.create.noop", {}, "400", "Parameter 'jobs' is missing"],
    ["cmd.create.noop", { jobs: [] }, "400", ""],
    ["cmd.create.noop", { v: 2, jobs: [job] }, "400", "expected version 1 or lower"],
    ["cmd.create.copy", { jobs: [job] }, "400", "Jobs of type 'noop' were asked for as 'copy'"],
    ["cmd.create.noop", { jobs: [{ type: "noop", id: "1st" }] }, "400", ""],
    ["cmd.create.noop", { jobs: [{ type: "noop", args: { x: 1 } }] }, "400", "'x' is unexpected"],
    ["cmd.create.none", { jobs: [{ type: "none" }] }, "400", "Unknown job type 'none'"],
    ["cmd.explode.one", {}, "400", "Unknown verb 'explode'"],
    ["cmd.pause.nobody", {}, "404", "Job not found"],
    ["cmd.set-speed.nobody", { speed: "fast" }, "400", "'speed'"],
    ["query.everything", {}, "400", "Unknown query 'everything'; known: jobs,"],
    ["query.toString", {}, "400", "Unknown query 'toString'"],
    ["query.__proto__", {}, "400", "Unknown query '__proto__'"],
    ["cmd.toString.nobody", {}, "400", "Unknown verb 'toString'"],
    ["query.jobs", { status: "asleep" }, "400", "'status'"],
    ["query.jobs", { minSeq: 99 }, "503", "the log ends at 0, before position 99"],
  ])("%s %j: %s %s", async (subject, data, code, text) => {
    await start();
    const said = await say(subject, data);
    expect(said).toMatchObject({ code });
    expect(said.error).toContain(text);
  });

  test("with an expected rev does nothing on another one", async () => {
    await start();
    await say("cmd.create.noop", { jobs: [{ ...job, id: "one", hold: true }] });
    const late = await say("cmd.pause.one", { rev: 7 });
    expect(late).toMatchObject({ code: "412", error: "Expected rev 7, found 1" });
    expect((await say("cmd.pause.one", { rev: 1 })).body).toMatchObject({ rev: 2 });
  });

  test("that is refused in this state says which verbs are not", async () => {
    await start();
    await say("cmd.create.noop", { jobs: [{ ...job, id: "one", hold: true }] });
    const said = await say("cmd.finalize.one", {});
    expect(said).toMatchObject({ code: "409", body: { guard: "table", status: "created" } });
    expect(said.body.legal).toContain("start");
  });
});

async function claimed(): Promise<{ uid: string; headers: Message["headers"] }> {
  await start();
  const { body } = await say("cmd.create.noop", { jobs: [job] });
  const { uid } = body.group.jobs[0];
  const hello = await say(at("s1", "register"), { types: [], host: "h" });
  const headers = { "Job-Generation": hello.body.generation };
  const said = { verb: "claimed", id: "c1", epoch: 1, claim: claim("s1") };
  const reply = await say(at("s1", uid), said, headers);
  expect(reply.body.group.jobs).toMatchObject([{ status: "running", epoch: 1 }]);
  return { uid, headers };
}

describe("a registration", () => {
  const shape = { can: [], place: "anywhere", recover: "resume" };
  const tally = { type: "tally", description: "", shape, args: { type: "object" }, change: null };

  test.each([
    [{ type: "Tally" }, "a type is a lower-case letter and up to 63 letters, digits or '-'"],
    [{ args: { type: "nonsense" } }, "args is not a JSON Schema that can be checked"],
    [{ change: { type: "nonsense" } }, "change is not a JSON Schema that can be checked"],
    [{ shape: { ...shape, can: ["fly"] } }, "Parameter 'types.0.shape.can.0'"],
  ])("of what nobody could create is refused: %j", async (wrong, text) => {
    await start();
    const types = [{ ...tally, ...wrong }];
    for (const subject of [at("s1", "register"), "cmd.declare.tally"]) {
      const said = await say(subject, { types, host: "h" });
      expect(said).toMatchObject({ code: "400", error: expect.stringContaining(text) });
    }
    expect((await say("query.types", "")).body).toMatchObject([{ type: "noop" }]);
  });
});

describe("a report", () => {
  test("of another session than the one that holds the job changes nothing", async () => {
    const { uid, headers } = await claimed();
    const finished = { verb: "finished", id: "r1", epoch: 1 };
    const foreign = await say(at("s2", uid), finished, headers);
    expect(foreign).toMatchObject({ code: "409", body: { guard: "epoch" } });
    const another = await say(`report.w2.s1.${uid}`, finished, headers);
    expect(another).toMatchObject({ code: "409", body: { guard: "epoch" } });
    expect(await node?.job(uid)).toMatchObject({ status: "running" });
    expect((await say(at("s1", uid), finished, headers)).code).toBeUndefined();
    expect((await say(at("s1", uid), finished, headers)).code).toBeUndefined();
    expect(await node?.job(uid)).toMatchObject({ outcome: "success" });
  });

  test("claims for nobody but who says it", async () => {
    const { uid, headers } = await claimed();
    for (const other of [claim("s2"), claim("s1", "w2")]) {
      const said = { verb: "claimed", id: "c2", epoch: 2, claim: other };
      expect(await say(at("s1", uid), said, headers)).toMatchObject({ code: "400" });
    }
  });

  test("of a session that began in another history is refused", async () => {
    const { uid } = await claimed();
    const said = { verb: "finished", id: "r1", epoch: 1 };
    for (const headers of [{}, { "Job-Generation": "before" }]) {
      expect(await say(at("s1", uid), said, headers)).toMatchObject({
        code: "409",
        body: { guard: "generation" },
      });
    }
    expect(await node?.job(uid)).toMatchObject({ status: "running" });
  });

  test("keeps checkpoints of the current epoch only", async () => {
    const { uid, headers } = await claimed();
    const checkpoint = {
      verb: "checkpoint",
      epoch: 1,
      cursor: 7,
      progress: { current: 7, total: 9 },
    };
    expect((await say(at("s1", uid), checkpoint, headers)).code).toBeUndefined();
    const zombies = [
      say(at("s0", uid), { ...checkpoint, cursor: 8 }, headers),
      say(at("s1", uid), { ...checkpoint, cursor: 8, epoch: 2 }, headers),
      say(at("s1", uid), { verb: "checkpoint-forget", epoch: 1 }, headers),
    ];
    expect((await Promise.all(zombies)).map(({ code }) => code)).toEqual(["409", "409", undefined]);
    const last = await say(at("s2", uid), { verb: "checkpoint-last" }, headers);
    expect(last.body).toEqual({ cursor: 7, progress: { current: 7, total: 9 } });
  });

  test("keeps the output of the current epoch only", async () => {
    const { uid, headers } = await claimed();
    const output = { verb: "output", epoch: 1, attempt: 1, offset: 0, bytes: "b25l" };
    expect((await say(at("s1", uid), output, headers)).code).toBeUndefined();
    const more = { ...output, bytes: "b25lIHR3bw==" };
    const zombies = [
      say(at("s0", uid), more, headers),
      say(`report.w2.s1.${uid}`, more, headers),
      say(at("s1", uid), { ...more, epoch: 2 }, headers),
      say(at("s1", uid.replace("-1", "-2")), more, headers),
    ];
    const codes = (await Promise.all(zombies)).map(({ code }) => code);
    expect(codes).toEqual(["409", "409", "409", "404"]);
    const { verb: _verb, ...kept } = output;
    expect((await say("query.output", { uid })).body).toEqual(kept);
    await say(at("s1", uid), { verb: "finished", id: "r1", epoch: 1 }, headers);
    expect((await say(at("s1", uid), more, headers)).body).toMatchObject({ guard: "epoch" });
    expect((await say("query.output", { uid })).body).toEqual(kept);
  });

  test("forgets no checkpoint that a job is to go on from whose worker is lost", async () => {
    const { uid, headers } = await claimed();
    const progress = { current: 7, total: 9 };
    await say(at("s1", uid), { verb: "checkpoint", epoch: 1, cursor: 7, progress }, headers);
    // Nobody renews the lease of this session.
    await expect.poll(async () => (await node?.job(uid))?.worker, { timeout: 4_000 }).toBeNull();
    await say(`report.w2.s2.${uid}`, { verb: "checkpoint-forget", epoch: 1 }, headers);
    const last = await say(at("s2", uid), { verb: "checkpoint-last" }, headers);
    expect(last.body).toEqual({ cursor: 7, progress });
  });

  test.each([
    [{ verb: "sing", id: "r", epoch: 1 }],
    [{ verb: "failed", id: "r", epoch: 1 }],
    [{ verb: "finished", epoch: 1 }],
    [{ verb: "progress", id: "r", epoch: 1, progress: { current: -1, total: 2 } }],
    [{ verb: "finished", id: "r", epoch: 1, result: "x".repeat(16 * 1024) }],
    [{ verb: "paused", id: "r", epoch: 1, cursor: "x".repeat(1024) }],
    [{ verb: "prepared", id: "r", epoch: 1, prepared: "x".repeat(1024) }],
    [
      {
        verb: "checkpoint",
        epoch: 1,
        cursor: "x".repeat(1024),
        progress: { current: 1, total: 2 },
      },
    ],
    [{ verb: "output", epoch: 1, attempt: 1, offset: 0, bytes: "no base64" }],
    [{ verb: "output", epoch: 1, attempt: 1, offset: -1, bytes: "" }],
    [{ verb: "output", epoch: 1, attempt: 1, offset: 0, bytes: "AAAA".repeat(22_000) }],
  ])("that is no report is refused: %j", async (said) => {
    const { uid, headers } = await claimed();
    expect(await say(at("s1", uid), said, headers)).toMatchObject({ code: "400" });
  });
});
