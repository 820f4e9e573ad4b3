import { expect, test } from "vitest";
import { TrialFolder } from "./trial-folder.ts";

test("a transaction commits all of its jobs, with the options that the file gives them", async () => {
  using folder = new TrialFolder();
  folder.file("source", 1_000);
  const options = {
    speed: "2MiB",
    timeout: "90s",
    retry: { attempts: 3, backoff: "2s" },
    resource: ["disk", "net:shared"],
    labels: { team: "a" },
    require: { disk: "ssd" },
    "auto-dismiss": false,
    "on-error": "stop",
  };
  const jobs = [job("one", options), job("two", { retry: 2 })];
  folder.file("jobs.json", JSON.stringify({ name: "both", jobs }));
  const ended = await folder.run("transaction", "jobs.json", "--tag", "disk=ssd");
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(folder.read("target-two")).toBe(folder.read("source"));
  const [one] = await folder.json("ls");
  expect(one).toMatchObject({
    id: "one",
    group: "both",
    speed: 2 * 1024 ** 2,
    "timeout-ms": 90_000,
    labels: { team: "a" },
    require: { disk: "ssd" },
    resources: [
      { name: "disk", shared: false },
      { name: "net", shared: true },
    ],
  });
});

test("one job's failure undoes the others, and the failure counts", async () => {
  using folder = new TrialFolder();
  folder.file("source", 1_000);
  const { code, stdout } = await folder.shell(
    `jobchart transaction - <<< '{"jobs":[
      {"id":"good","type":"copy","args":{"from":"source","to":"t1"}},
      {"id":"bad","type":"copy","args":{"from":"none","to":"t2"}}]}'`,
  );
  expect(code).toBe(1);
  expect(stdout).toContain("good: cancelled: Operation canceled");
  expect(stdout).toMatch(/bad: failed: the source .* does not exist/);
});

test("of a large group that failed the last line but one says why", async () => {
  using folder = new TrialFolder();
  folder.file("source", 10);
  const held = Array.from({ length: 21 }, (_, index) => job(`j${index}`, { hold: true }));
  const bad = { id: "bad", type: "copy", args: { from: "none", to: "t" } };
  folder.file("jobs.json", JSON.stringify({ jobs: [...held, bad] }));
  const { stdout } = await folder.run("transaction", "jobs.json");
  expect(stdout).toMatch(/\n22 jobs: 1 failed, 21 cancelled; bad: the source ".*none" does not/);
});

test.concurrent.each([
  ["nothing", "", "1:1: is not JSON: it ends too early"],
  ["broken JSON", '{"jobs": [\n  {"type" "copy"}]}', '2:11: is not JSON: found "\\"copy\\"}]}"'],
  ["a list", "[]", "expected an object in braces"],
  ["no jobs", '{"jobs":[]}', "A group has 1 to 256 jobs, not 0"],
  ["257 jobs", manyJobs(257), "A group has 1 to 256 jobs, not 257"],
  [
    "two equal ids",
    '{"jobs":[{"id":"a","type":"copy","args":{"from":"a","to":"b"}},{"id":"a","type":"copy","args":{"from":"a","to":"b"}}]}',
    "Job ID 'a' already in use",
  ],
  [
    "one exclusive resource twice",
    manyJobs(2, ',"resource":"disk"'),
    "named by two jobs of the group",
  ],
  [
    "an unknown key",
    '{"jobs":[{"type":"copy","sped":1}]}',
    "job 1: Unknown key 'sped'. Did you mean 'speed'?",
  ],
  ["no type", '{"jobs":[{"args":{}}]}', "job 1: 'type' is missing"],
  [
    "an ill-typed value",
    '{"jobs":[{"type":"copy","hold":"yes"}]}',
    "job 1: 'hold': expected true or false",
  ],
  ["no time", manyJobs(1, ',"timeout":0'), "job 1: 'timeout': expected more than 0"],
  ["ill-typed arguments", manyJobs(2, ',"args":{"from":1,"to":"b"}'), "expected: string"],
  ["an unknown mode", '{"completion-mode":"all","jobs":[]}', 'expected "grouped" or "individual"'],
  ["17 MB", `{"name":"${"x".repeat(17_000_000)}"}`, "is larger than 16 MiB"],
])("a file with %s is refused", async (_what, text, said) => {
  using folder = new TrialFolder();
  folder.file("jobs.json", text);
  const ended = await folder.run("transaction", "jobs.json");
  expect(ended.stderr).toContain(said);
  expect(ended.code).toBe(ended.stderr.includes("use") || ended.stderr.includes("named") ? 3 : 2);
});

function job(id: string, more: object): object {
  return { id, type: "copy", args: { from: "source", to: `target-${id}` }, ...more };
}

function manyJobs(count: number, more = ""): string {
  const job = `{"type":"copy","args":{"from":"a","to":"b"}${more}}`;
  return `{"jobs":[${Array.from({ length: count }, () => job).join(",")}]}`;
}
