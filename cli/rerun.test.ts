import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { copy } from "../drivers/copy/copy.ts";
import {
  isRefusal,
  openJobSystem,
  type GroupSpec,
  type JobSpec,
  type JobSystem,
} from "../jobchart.ts";
import { TrialFolder } from "./trial-folder.ts";

const day = 24 * 3_600_000;

function opened({ path }: TrialFolder): Promise<JobSystem> {
  mkdirSync(join(path, ".jobchart"), { recursive: true });
  return openJobSystem({ bus: `file:${path}/.jobchart/jobs.db`, create: true, cwd: path });
}

/** Creates a group, for nobody to run, and resolves with the uids. */
async function created(folder: TrialFolder, group: GroupSpec): Promise<readonly string[]> {
  await using jobs = await opened(folder);
  await jobs.declare([copy]);
  const reply = await jobs.transaction(group);
  if (isRefusal(reply)) throw new Error(reply.refused);
  return reply.group.jobs.map(({ uid }) => uid);
}

test.concurrent("a job is created again with its settings, and what is said now goes before", async () => {
  using folder = new TrialFolder();
  const spec: JobSpec = {
    id: "one",
    type: "copy",
    args: { from: "a", to: "b", overwrite: true },
    hold: true,
    autoFinalize: false,
    autoDismiss: false,
    speed: 1_000,
    onError: "stop",
    retry: { attempts: 3, backoffMs: 5_000 },
    notBefore: Date.now() - day,
    deadline: Date.now() + day,
    timeoutMs: 60_000,
    resources: [{ name: "disk", shared: true }],
    onBusy: "wait",
    priority: 3,
    stallMs: 9_000,
    labels: { tier: "gold", batch: "7" },
    require: { zone: "b" },
  };
  const [uid] = await created(folder, { name: "weekly", completion: "grouped", jobs: [spec] });
  const words = ["--arg", "to=c", "--label", "batch=8", "--dismiss", "auto", "--retry", "2"];
  const { code, stdout } = await folder.run("rerun", "one", "--id", "two", "--detach", ...words);
  expect([code, stdout]).toEqual([0, "two\n"]);
  await using jobs = await opened(folder);
  const [two, one] = await jobs.queryJobs();
  expect(one?.id).toBe("one");
  expect(two).toEqual({
    ...one,
    id: "two",
    uid: two?.uid,
    gid: two?.gid,
    args: { from: join(folder.path, "a"), to: join(folder.path, "c"), overwrite: true },
    labels: { tier: "gold", batch: "8" },
    "auto-dismiss": true,
    phase: "queued",
    "waiting-for": two?.["waiting-for"],
    "created-at": two?.["created-at"],
    "not-before": null,
    by: two?.by,
    note: `rerun of ${uid}`,
  });
  expect(two?.gid).not.toBe(one?.gid);
  expect(two).toMatchObject({ group: "weekly", speed: 1_000, "timeout-ms": 60_000 });
});

test.concurrent("a member of a group is run again alone, here, by its uid, with a note", async () => {
  using folder = new TrialFolder();
  folder.file("source", 10);
  const jobs = ["a", "b"].map((id): JobSpec => {
    return { id, type: "copy", args: { from: "source", to: `to-${id}` }, hold: true };
  });
  const [uid = ""] = await created(folder, { completion: "grouped", jobs });
  const { code, stdout } = await folder.run("rerun", uid, "--note", "at last", "--json");
  expect(code).toBe(0);
  expect(folder.read("to-a")).toHaveLength(10);
  expect(stdout).toContain('"note":"at last"');
  const gone = await folder.run("rerun", "nobody");
  expect(gone).toEqual({ code: 3, stdout: "", stderr: "jobchart: nobody: Job not found\n" });
});
