/**
 * A history on its way: from a file to a fleet, into a backup, and back; whole, in its order, byte
 * for byte, and picked up again where it was interrupted.
 */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BusError } from "../bus/bus-error.ts";
import type { Bus, Message } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { openBus } from "../bus/open-bus.ts";
import type { NatsBus } from "../bus/nats/open-nats-bus.ts";
import { testServer, type TestServers } from "../bus/nats/server/test-servers.ts";
import { realWorld } from "../bus/world.ts";
import { appendRandomLives } from "../projections/random-lives.ts";
import { logHeader } from "./log-file.ts";
import { describeWith, parts } from "../properties/parts.ts";
import { TrialFolder } from "./trial-folder.ts";

async function textsOf(url: string): Promise<readonly string[]> {
  await using bus = await openBus(url, { world: realWorld, create: false });
  const texts: string[] = [];
  for await (const batch of bus.log.readAll()) texts.push(...batch.map(({ text }) => text));
  return texts;
}

async function handle(_subject: string, message: Message): Promise<Message> {
  return message;
}

/** Answers as a node would, until the bus is closed. */
async function answer({ requests }: Bus): Promise<void> {
  const endpoints = [{ name: "queries", subject: "query.*", handle }];
  const service = { name: "jobchart", version: "1.0.0", description: "a node", endpoints };
  expect(await requests?.serve(service)).toBeDefined();
}

/** Which names are taken, and by which job. */
async function namesOf(url: string): Promise<readonly string[]> {
  await using bus = await openBus(url, { world: realWorld, create: false });
  return (await bus.values.list("name.")).map(({ key, value }) => {
    const [holder] = JSON.parse(value) as readonly { readonly uid: string }[];
    return `${key} ${holder?.uid}`;
  });
}

describeWith(parts.nats, "a fleet's history", () => {
  let server: TestServers;
  let folder: TrialFolder;
  let prefixes = 0;
  beforeAll(async () => {
    server = await testServer();
    folder = new TrialFolder();
  });
  afterAll(async () => {
    folder[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  });

  /** A fleet of its own on the server. */
  function freshFleet(): string {
    prefixes += 1;
    return `${server.url}?prefix=p${prefixes}`;
  }

  /** Writes an exported log of random lives; gives back its commits. */
  async function randomLog(name: string, commitsMax: number): Promise<readonly string[]> {
    await using bus = openMemoryBus({ world: realWorld });
    await appendRandomLives(bus.log, { seed: 5, groups: commitsMax / 20, commitsMax });
    const texts: string[] = [];
    for await (const batch of bus.log.readAll()) texts.push(...batch.map(({ text }) => text));
    folder.file(name, [logHeader("memory:", texts.length), ...texts, ""].join("\n"));
    return texts;
  }

  test("from a file to a fleet, into a backup and to a file again: the same commits, byte for byte", async () => {
    folder.file("source", 10);
    const from = ["--bus", "file:from.db"];
    await folder.run("run", "copy", "source", "t1", "--id", "one", ...from);
    await folder.run("run", "copy", "source", "t2", "--id", "two", "--dismiss", "manual", ...from);
    await folder.run("run", "copy", "source", "t3", "--id", "one", "--detach", ...from);
    folder.file("all.jsonl", (await folder.run("export", "log", ...from)).stdout);
    const commits = await textsOf(`file:${join(folder.path, "from.db")}`);

    const fleet = freshFleet();
    const [imported] = await folder.json("import", "all.jsonl", "--bus", fleet);
    expect(imported).toMatchObject({ added: commits.length, groups: 3, jobs: 3, unfinished: 1 });
    expect(await textsOf(fleet)).toEqual(commits);

    const [made] = await folder.json("backup", "fleet.jsonl", "--bus", fleet);
    expect(made).toMatchObject({ backup: "fleet.jsonl", commits: commits.length, groups: 3 });
    const verified = await folder.run("verify", "fleet.jsonl");
    expect(verified).toMatchObject({ code: 0 });
    const [restored] = await folder.json("restore", "fleet.jsonl", "--bus", "file:to.db");
    expect(restored).toMatchObject({ added: commits.length });
    expect(await textsOf(`file:${join(folder.path, "to.db")}`)).toEqual(commits);

    const taken = await Promise.all([`file:${join(folder.path, "from.db")}`, fleet].map(namesOf));
    expect(taken[1]).toEqual(taken[0]);
    expect(taken[1]).toHaveLength(2);
  });

  test("an import that was killed goes on where it was, and a finished one does nothing more", async () => {
    const commits = await randomLog("long.jsonl", 12_000);
    const fleet = freshFleet();
    const running = folder.start("import", "long.jsonl", "--bus", fleet);
    await using bus = await openBus(fleet, { world: realWorld, create: true });
    const stop = new AbortController();
    for await (const batch of bus.log.follow(0, stop.signal)) {
      if ((batch.at(-1)?.position ?? 0) > 500) stop.abort();
    }
    running.kill("SIGKILL");
    await running.end();
    const there = await bus.log.head();
    expect(there).toBeLessThan(commits.length);

    const [more] = await folder.json("import", "long.jsonl", "--bus", fleet);
    expect(more).toMatchObject({ commits: commits.length, added: commits.length - there });
    expect(await textsOf(fleet)).toEqual(commits);
    const [none] = await folder.json("import", "long.jsonl", "--bus", fleet);
    expect(none).toMatchObject({ added: 0 });
    const { stdout } = await folder.run("restore", "long.jsonl", "--bus", fleet);
    expect(stdout).toMatch(/; nothing was new, and no new generation began\n$/);
  });

  test("a fleet that holds another history is left as it is", async () => {
    const [first = ""] = await randomLog("some.jsonl", 400);
    folder.file("other.jsonl", [logHeader("memory:", 1), first, ""].join("\n"));
    const fleet = freshFleet();
    await folder.run("import", "some.jsonl", "--bus", fleet);
    const before = await textsOf(fleet);
    const refused = await folder.run("import", "other.jsonl", "--bus", fleet);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain("holds jobs already");
    expect(await textsOf(fleet)).toEqual(before);
  });

  test("nothing is imported where a worker is alive", async () => {
    await randomLog("some.jsonl", 400);
    const fleet = freshFleet();
    await using bus = await openBus(fleet, { world: realWorld, create: true });
    const info = {
      session: "s1",
      worker: "w1",
      host: "h",
      pid: 1,
      types: [],
      concurrency: 1,
      tags: {},
    };
    await bus.values.put("lease.w1.s1", JSON.stringify(info), { ttlMs: 60_000 });
    const { code, stderr } = await folder.run("import", "some.jsonl", "--bus", fleet);
    expect(code).toBe(2);
    expect(stderr).toContain("worker w1 (process 1 on h) is alive there");
    expect(await bus.log.head()).toBe(0);
  });

  test("nothing is imported, and nothing replaced, where a node answers", async () => {
    const commits = await randomLog("some.jsonl", 400);
    const fleet = freshFleet();
    await folder.run("import", "some.jsonl", "--bus", fleet);
    await using bus = await openBus(fleet, { world: realWorld, create: false });
    await answer(bus);
    const replaced = await folder.run(
      "restore",
      "some.jsonl",
      "--replace",
      "--yes",
      "--bus",
      fleet,
    );
    expect(replaced).toMatchObject({ code: 2 });
    expect(replaced.stderr).toContain("a node is running there");
    expect(await textsOf(fleet)).toEqual(commits);

    folder.file("first.jsonl", [logHeader("memory:", 1), commits[0], ""].join("\n"));
    const half = freshFleet();
    await folder.run("import", "first.jsonl", "--bus", half);
    await using other = await openBus(half, { world: realWorld, create: false });
    await answer(other);
    const { code, stderr } = await folder.run("import", "some.jsonl", "--bus", half);
    expect(code).toBe(2);
    expect(stderr).toContain("a node is running there");
    expect(await textsOf(half)).toEqual(commits.slice(0, 1));
  });

  test("a restore in place of a history says what goes, wants a yes, and is another generation", async () => {
    const commits = await randomLog("some.jsonl", 400);
    folder.file("source", 10);
    const fleet = freshFleet();
    const place = ["--bus", fleet];
    const generationOf = async (): Promise<string> => {
      await using bus = await openBus(fleet, { world: realWorld, create: false });
      return bus.generation;
    };
    await folder.run("import", "some.jsonl", ...place);
    await folder.run("backup", "kept.jsonl", ...place);
    const before = await generationOf();
    const short = [logHeader("memory:", 1), commits[0] ?? "", ""].join("\n");
    folder.file("short.jsonl", short);

    const unsure = await folder.run("restore", "short.jsonl", "--replace", ...place);
    expect(unsure.code).toBe(2);
    expect(unsure.stderr).toMatch(
      new RegExp(`holds ${commits.length} commits of \\d+ groups.*--yes`),
    );
    expect(await textsOf(fleet)).toEqual(commits);

    await using old = await openBus(fleet, { world: realWorld, create: false });
    const done = await folder.run("restore", "short.jsonl", "--replace", "--yes", ...place);
    expect(done).toMatchObject({ code: 0 });
    expect(done.stderr).toContain(`deleted from`);
    expect(await textsOf(fleet)).toEqual(commits.slice(0, 1));
    expect(await generationOf()).not.toBe(before);
    await expect(old.log.head()).rejects.toBeInstanceOf(BusError);

    await folder.run("restore", "kept.jsonl", "--replace", "--yes", ...place);
    expect(await textsOf(fleet)).toEqual(commits);
  });

  test("a log that was emptied by hand is not filled again under its old streams", async () => {
    await randomLog("some.jsonl", 400);
    const fleet = freshFleet();
    await folder.run("import", "some.jsonl", "--bus", fleet);
    await using bus = await openBus(fleet, { world: realWorld, create: false });
    if (!("link" in bus)) throw new Error("expected a bus on NATS");
    const { jsm, names } = bus.link as NatsBus["link"];
    await jsm.streams.purge(names.streams.log);
    const { code, stderr } = await folder.run("restore", "some.jsonl", "--bus", fleet);
    expect(code).toBe(2);
    expect(stderr).toContain("restore --replace");
  });

  test.each([
    [
      ["restore", "a.db", "--bus", "file:new.db"],
      "is a bus itself, to be used as it is: --bus file:a.db",
    ],
    [["restore", "one.jsonl", "--replace", "--bus", "file:a.db"], "--replace is for a fleet"],
    [["restore", "one.jsonl", "--yes", "--bus", "file:new.db"], "--yes belongs to --replace"],
    [["restore", "none.jsonl", "--bus", "file:new.db"], "none.jsonl: cannot be read"],
  ])("%j is refused", async (words, said) => {
    await randomLog("one.jsonl", 20);
    await folder.run("import", "one.jsonl", "--bus", "file:a.db");
    const { code, stderr } = await folder.run(...words);
    expect(stderr).toContain(said);
    expect(code).toBe(2);
  });

  test("a backup of a fleet is never written over a file, nor half of one left behind", async () => {
    await randomLog("some.jsonl", 400);
    const fleet = freshFleet();
    await folder.run("import", "some.jsonl", "--bus", fleet);
    folder.file("mine.txt", "mine");
    const { code, stderr } = await folder.run("backup", "mine.txt", "--bus", fleet);
    expect(code).toBe(2);
    expect(stderr).toContain("mine.txt: exists");
    expect(folder.read("mine.txt")).toBe("mine");
    const nowhere = await folder.run("backup", "no/where.jsonl", "--bus", fleet);
    expect(nowhere.stderr).toContain("no/where.jsonl: cannot be made");
  });
});
