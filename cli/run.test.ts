import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TrialFolder } from "./trial-folder.ts";

const infoKeys =
  "id type status current-progress total-progress uid group gid phase waiting-for outcome";
const eventKeys = "position rev at group job uid kind from to set cause";

test.concurrent("a copy runs to its end, says so, and leaves its history behind", async () => {
  using folder = new TrialFolder();
  folder.file("source/a/one", 3_000_000);
  folder.file("source/two", "2");
  const ended = await folder.run("run", "copy", "source", "target", "--note", "first one");
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(ended.stdout).toMatch(/^copy-[2-9a-z]{4}: created\n/);
  expect(ended.stdout).toMatch(/copy-.{4}: success in .*, 2.9 MiB at .*\n$/);
  expect(folder.read("target/a/one")).toBe(folder.read("source/a/one"));

  const [listed, all] = await Promise.all([folder.json("ls"), folder.json("ls", "--all")]);
  expect(listed).toEqual([]);
  expect(Object.keys(all[0] ?? {}).slice(0, 11)).toEqual(infoKeys.split(" "));
  expect(all[0]).toMatchObject({ type: "copy", outcome: "success", note: "first one" });

  const id = String(all[0]?.["id"]);
  const history = await folder.json("history", id);
  expect(Object.keys(history[0] ?? {})).toEqual(eventKeys.split(" "));
  expect(Object.keys(history[0]?.["cause"] ?? {})).toEqual(["id", "verb", "by", "note"]);
  expect(history.flatMap(({ kind, to }) => (kind === "status" ? [to] : []))).toEqual(
    "created running waiting pending concluded null".split(" "),
  );
  const sheet = await folder.run("show", id);
  expect(sheet.stdout).toContain("first one");
  expect(sheet.stdout).toContain("last events");
});

test.concurrent("with --json a run prints its events, and then the job", async () => {
  using folder = new TrialFolder();
  folder.file("source", 10);
  const lines = await folder.json("run", "copy", "source", "target", "--id", "one");
  expect(lines.slice(0, -1).map(({ job }) => job)).not.toContain("other");
  expect(lines[0]).toMatchObject({ job: "one", kind: "status", from: "undefined", to: "created" });
  expect(lines.at(-1)).toMatchObject({ id: "one", status: "null", outcome: "success" });
});

test.concurrent("a job that fails exits with 1, says why, and names the command that shows more", async () => {
  using folder = new TrialFolder();
  const { code, stdout } = await folder.run("run", "copy", "none", "target", "--id", "one");
  expect(code).toBe(1);
  expect(stdout).toContain(`one: failed: the source "${join(folder.path, "none")}" does not exist`);
  expect(stdout).toMatch(/\n {2}.*jobchart.* history one\n$/);
});

test.concurrent("an id that is in use is refused with 3, and free again once its job is gone", async () => {
  using folder = new TrialFolder();
  folder.file("source", 10);
  const words = ["run", "copy", "source", "--id", "one", "--arg"];
  const kept = await folder.run(...words, "to=target", "--dismiss", "manual");
  expect(kept.stdout).toMatch(/ {2}.*jobchart.* dismiss one\n$/);
  const [refused] = await folder.json(...words, "to=other");
  expect(refused).toMatchObject({ error: { code: "refused", guard: "id-free" } });
  expect((await folder.run(...words, "to=other")).code).toBe(3);
  expect((await folder.run("dismiss", "one")).stdout).toBe("one: dismiss accepted, gone\n");
  expect((await folder.run(...words, "to=other")).code).toBe(0);
  const incarnations = await folder.json("history", "one", "--all");
  expect(new Set(incarnations.map(({ uid }) => uid)).size).toBe(2);
});

test.concurrent("a detached job waits for a worker, even when none was ever started", async () => {
  using folder = new TrialFolder();
  folder.file("source", 10);
  const options = ["--detach", "--id", "later", "--label", "a=b", "--resource", "disk"];
  const detached = await folder.run("run", "copy", "source", "target", ...options);
  expect(detached).toEqual({ code: 0, stdout: "later\n", stderr: "" });
  const [job] = await folder.json("ls", "--label", "a=b", "--status", "created");
  expect(job).toMatchObject({
    id: "later",
    "waiting-for": { what: "worker" },
    resources: [{ name: "disk", shared: false }],
  });
  expect(existsSync(join(folder.path, "target"))).toBe(false);
  const holder = ["run", "copy", "source", "other", "--resource", "disk"];
  expect((await folder.run(...holder)).stderr).toContain("is held by job 'later'");

  const worker = folder.start("worker", "--name", "w1");
  await worker.says("later: success");
  worker.kill("SIGTERM");
  expect(await worker.end()).toBe(0);
  expect(worker.output).toContain("later: taken, epoch 1");
});

test.concurrent("a job that requires a tag runs where that is, and says until then what it waits for", async () => {
  using folder = new TrialFolder();
  folder.file("source", 10);
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const words = "run copy source target --id one --require gpu=a100 --require disk=ssd";
  await folder.shell(`TRACEPARENT=${traceparent} jobchart ${words} --detach`);
  const plain = folder.start("worker", "--name", "plain", "--tag", "gpu=a100");
  await plain.says("has: gpu=a100");
  const waiting = { what: "worker", detail: "for run with disk=ssd gpu=a100" };
  const [job] = await folder.json("show", "one");
  expect(job).toMatchObject({ require: { gpu: "a100", disk: "ssd" }, "waiting-for": waiting });
  expect((await folder.run("show", "one")).stdout).toMatch(/requires +disk=ssd gpu=a100/);
  const { stdout } = await folder.run("doctor");
  expect(stdout).toContain("none that is alive serves type copy with disk=ssd gpu=a100");
  expect(stdout).toContain("with the command worker --tag gpu=a100 --tag disk=ssd");

  const fit = folder.start("worker", "--name", "fit", "--tag", "gpu=a100", "--tag", "disk=ssd");
  await fit.says("one: success");
  expect(plain.output).not.toContain("one: taken");
  const [created, claimed] = await folder.json("history", "one");
  expect(created).toMatchObject({ set: { traceparent }, cause: { traceparent } });
  expect(claimed?.["cause"]).not.toHaveProperty("traceparent");
  for (const worker of [plain, fit]) {
    worker.kill("SIGTERM");
    expect(await worker.end()).toBe(0);
  }
});

test.concurrent("a job that requires a tag runs in this process when that has it", async () => {
  using folder = new TrialFolder();
  folder.file("source", 10);
  const words = ["run", "copy", "source", "target", "--require", "gpu=a100"];
  const { code, stderr } = await folder.run(...words);
  expect(code).toBe(2);
  expect(stderr).toMatch(/This process has no gpu=a100, .* Give it --tag if it has, or --detach/);
  const line = [...words, "--tag", "gpu=a100", "--id", "one"].join(" ");
  await folder.shell(`TRACEPARENT=nonsense jobchart ${line}`);
  expect(folder.read("target")).toBe(folder.read("source"));
  const [created] = await folder.json("history", "one");
  expect(created?.["cause"]).not.toHaveProperty("traceparent");
});

test.concurrent("a run whose reader goes away runs on to its end", async () => {
  using folder = new TrialFolder();
  folder.file("source", 3_000_000);
  const words = "run copy source target --id one --speed 2MB --arg overwrite:=false";
  const { stdout, stderr } = await folder.shell(`jobchart ${words} | head -1`);
  expect({ stdout, stderr }).toEqual({ stdout: "one: created\n", stderr: "" });
  expect(folder.read("target")).toBe(folder.read("source"));
});

test.concurrent("the past can be listed by position", async () => {
  using folder = new TrialFolder();
  folder.file("source", 10);
  await folder.run("run", "copy", "source", "target", "--id", "one");
  const [then, before] = await Promise.all([
    folder.json("ls", "--at", "1"),
    folder.json("ls", "--at", "2020-01-01T00:00Z"),
  ]);
  expect(then).toMatchObject([{ id: "one", status: "running" }]);
  expect(before).toEqual([]);
});

test.concurrent("the process that runs a job is called as it says", async () => {
  using folder = new TrialFolder();
  folder.file("source", 10);
  await folder.run("run", "copy", "source", "target", "--id", "one", "--name", "nightly");
  const { stdout } = await folder.run("history", "one");
  expect(stdout).toContain("worker/nightly");
});
