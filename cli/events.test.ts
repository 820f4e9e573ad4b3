import { afterAll, beforeAll, expect, test } from "vitest";
import { linesOf, TrialFolder, type JsonLine } from "./trial-folder.ts";

let folder: TrialFolder;
let all: readonly JsonLine[];
beforeAll(async () => {
  folder = new TrialFolder();
  folder.file("source", 10);
  await folder.run("run", "copy", "source", "t1", "--id", "one");
  await folder.run("run", "copy", "nothing", "t2", "--id", "two", "--dismiss", "manual");
  await folder.run("run", "copy", "source", "t3", "--id", "three", "--detach");
  all = await folder.json("events", "--from", "0", "--until-now");
});
afterAll(() => folder[Symbol.dispose]());

const upToNow = (...words: readonly string[]): Promise<readonly JsonLine[]> =>
  folder.json("events", "--until-now", ...words);

test("events prints every status change, and what a pipe needs to know of it", async () => {
  const of = (id: string) => all.filter(({ job }) => job === id).map(({ to }) => to);
  expect(of("one")).toEqual(["created", "running", "waiting", "pending", "concluded", "null"]);
  expect(of("two")).toEqual(["created", "running", "aborting", "concluded"]);
  expect(of("three")).toEqual(["created"]);
  expect(all[0]).toMatchObject({
    position: expect.stringMatching(/^\d+\.\d+$/),
    at: expect.stringMatching(/^\d{4}-.*Z$/),
    type: "copy",
    job: "one",
    uid: expect.stringMatching(/^g.*-1$/),
    from: "undefined",
    to: "created",
    cause: { verb: "create" },
  });
  const piped = await folder.run("events", "--from", "0", "--until-now");
  expect(linesOf(piped.stdout)).toEqual(all);
});

test("events goes on after the line that was seen last", async () => {
  for (const [index, { position }] of all.entries()) {
    expect(await upToNow("--from", String(position))).toEqual(all.slice(index + 1));
  }
});

test("events begins at a time, or with what is still to come", async () => {
  expect(await upToNow("--from", "2020-01-01T00:00Z")).toEqual(all);
  expect(await upToNow("--from", "2120-01-01T00:00Z")).toEqual([]);
  expect(await upToNow()).toEqual([]);
});

test("events prints those of a job, a type and a status alone", async () => {
  const uid = String(all.find(({ job }) => job === "two")?.["uid"]);
  const ofTwo = all.filter(({ job }) => job === "two");
  expect(await upToNow("--from", "0", "--id", "two")).toEqual(ofTwo);
  expect(await upToNow("--from", "0", "--id", uid)).toEqual(ofTwo);
  const ended = await upToNow("--from", "0", "--type", "copy", "--status", "concluded");
  expect(ended.map(({ job, outcome }) => [job, outcome])).toEqual([
    ["one", "success"],
    ["two", "failed"],
  ]);
  expect(await upToNow("--from", "0", "--type", "other")).toEqual([]);
});

test("events on a terminal is a table to read", async () => {
  const text = await folder.onTerminal("events", "--from", "0", "--until-now", "--id", "two");
  const [created = "", , failing = "", concluded = ""] = text.split("\n");
  expect(created).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}  two {13}  copy {4}  created /);
  expect(failing).toMatch(/running → aborting: the source .* does not exist/);
  expect(concluded).toMatch(/aborting → concluded: failed {2}worker\//);
  expect(created.indexOf("created")).toBe(concluded.indexOf("aborting"));
});

test("events goes on as things happen, until it is interrupted", async () => {
  const running = folder.start("events", "--from", String(all.at(-1)?.["position"]));
  await folder.run("cancel", "three");
  await running.says('"to":"null"');
  running.kill("SIGINT");
  expect(await running.end()).toBe(0);
  expect(linesOf(running.output).map(({ to }) => to)).toEqual(["aborting", "concluded", "null"]);
});

test.each([
  [["--status", "conclude"], "--status: expected created, running", "Did you mean 'concluded'?"],
  [["--status", "undefined"], "--status: expected created", ""],
  [["--from", "yesterday"], "expected a position as 12 or 12.1, or a time", "'yesterday'"],
  [["--from", "1.2.3"], "expected a position as 12 or 12.1, or a time", ""],
  [["--from", "-1"], "--from", ""],
  [["--id", "a b"], "--id: expected a job's id", "'a b'"],
  [["--type", ""], "--type: expected a job type", ""],
  [["one"], "Unexpected word 'one'", ""],
])("events %j is refused", async (words, said, hint) => {
  const { code, stderr } = await folder.run("events", ...words);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
  expect(stderr).toContain(hint);
});
