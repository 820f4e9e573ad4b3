import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { isRefusal, openJobSystem, type JobSystem, type VerbOptions } from "../../jobchart.ts";
import { mountDisk, testFolder, treeText, type TestFolder } from "../copy/test-folder.ts";
import { mirror } from "./mirror.ts";

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly pivot?: string;
  readonly onError?: "stop";
}

/** A source, a pivot that leads to it, and a system for the job `it`. */
class Scene implements AsyncDisposable {
  readonly folder: TestFolder;
  readonly jobs: JobSystem;

  private constructor(folder: TestFolder, jobs: JobSystem) {
    this.folder = folder;
    this.jobs = jobs;
  }

  static async open(): Promise<Scene> {
    const folder = testFolder();
    mkdirSync(folder.at("from", "inner"), { recursive: true });
    writeFileSync(folder.at("from", "inner", "one"), "one");
    symlinkSync("from", folder.at("pivot"));
    const jobs = await openJobSystem({ bus: "memory:", drivers: [mirror], worker: true });
    return new Scene(folder, jobs);
  }

  /** Creates the job, with names in the test's folder. */
  async create({
    from = "from",
    to = "to",
    pivot = "pivot",
    ...options
  }: Options = {}): Promise<void> {
    const { folder } = this;
    const args = { from: folder.at(from), to: folder.at(to), pivot: folder.at(pivot) };
    const reply = await this.jobs.create({ type: "mirror", id: "it", args, ...options });
    if (isRefusal(reply)) throw new Error(reply.refused);
  }

  async ask(verb: Parameters<JobSystem["ask"]>[0], options: VerbOptions = {}): Promise<void> {
    const reply = await this.jobs.ask(verb, "it", options);
    if (isRefusal(reply)) throw new Error(reply.refused);
  }

  /** Waits until the job has come to the status for the `times`th time. */
  async reaches(status: string, times = 1): Promise<void> {
    let seen = 0;
    for await (const { to } of this.jobs.watch({ after: 0, job: "it" })) {
      if (to === status) seen += 1;
      if (seen === times) return;
    }
  }

  /** Every status that the job has had until it was gone. */
  async path(): Promise<string> {
    const statuses: string[] = [];
    for await (const { to } of this.jobs.watch({ after: 0, job: "it" })) {
      if (to !== undefined) statuses.push(to);
      if (to === "null") break;
    }
    return statuses.join(" ");
  }

  /** What is in the test's folder. */
  get names(): readonly string[] {
    return readdirSync(this.folder.path).toSorted();
  }

  get source(): readonly string[] {
    return treeText(this.folder.at("from"));
  }

  get target(): readonly string[] {
    return treeText(this.folder.at("to"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.jobs[Symbol.asyncDispose]();
    await this.folder[Symbol.asyncDispose]();
  }
}

describe("a mirror that is ready", () => {
  test("follows, stands by, and when it is completed switches the pivot", async () => {
    await using scene = await Scene.open();
    await scene.create();
    const { folder } = scene;
    await scene.reaches("ready");
    expect(scene.target).toEqual(scene.source);
    const info = await scene.jobs.job("it");
    expect(info?.["current-progress"]).toBeGreaterThan(0);
    expect(info?.["total-progress"]).toBe(info?.["current-progress"]);
    writeFileSync(folder.at("from", "two"), "two");
    await vi.waitFor(() => expect(scene.target).toEqual(scene.source), 10_000);
    await scene.ask("pause");
    await scene.reaches("standby");
    writeFileSync(folder.at("from", "three"), "three");
    await scene.ask("resume");
    await scene.ask("complete");
    expect(await scene.path()).toBe(
      "created running ready standby ready waiting pending concluded null",
    );
    expect(scene.target).toEqual(scene.source);
    expect(readFileSync(folder.at("to", "three"), "utf8")).toBe("three");
    expect(readlinkSync(folder.at("pivot"))).toBe(folder.at("to"));
    expect(scene.names).toEqual(["from", "pivot", "to"]);
    expect(await scene.jobs.job("it")).toMatchObject({
      outcome: "success",
      result: { switched: true },
    });
  });

  test("ends at a soft cancel without the switch, and stays", async () => {
    await using scene = await Scene.open();
    await scene.create();
    await scene.reaches("ready");
    writeFileSync(scene.folder.at("from", "late"), "late");
    await scene.ask("cancel", { soft: true });
    const info = await scene.jobs.settled("it");
    expect(info).toMatchObject({ outcome: "success", result: { switched: false } });
    expect(scene.target).toEqual(scene.source);
    expect(readlinkSync(scene.folder.at("pivot"))).toBe("from");
    expect(scene.names).toEqual(["from", "pivot", "to"]);
  });

  test("is undone by a forced cancel", async () => {
    await using scene = await Scene.open();
    await scene.create();
    await scene.reaches("ready");
    await scene.ask("cancel");
    expect(await scene.jobs.settled("it")).toMatchObject({ outcome: "cancelled" });
    expect(readlinkSync(scene.folder.at("pivot"))).toBe("from");
    expect(scene.names).toEqual(["from", "pivot"]);
  });

  test("does not take a source that is gone for an empty one", async () => {
    await using scene = await Scene.open();
    await scene.create({ onError: "stop" });
    const { folder } = scene;
    await scene.reaches("ready");
    renameSync(folder.at("from"), folder.at("away"));
    await scene.reaches("standby");
    expect(await scene.jobs.job("it")).toMatchObject({
      "io-status": "failed",
      "last-error": expect.stringContaining(`"${folder.at("from")}": it does not exist any more`),
    });
    expect(readFileSync(folder.at("to", "inner", "one"), "utf8")).toBe("one");
    renameSync(folder.at("away"), folder.at("from"));
    await scene.ask("resume");
    await scene.ask("complete");
    expect(await scene.jobs.settled("it")).toMatchObject({ outcome: "success" });
  });
});

test("a full disk stops the job, which goes on when there is space again", async ({ skip }) => {
  await using scene = await Scene.open();
  const { folder } = scene;
  mkdirSync(folder.at("disk"));
  skip(!mountDisk(folder.at("disk"), "size=2m"), "mounting is not allowed here");
  try {
    writeFileSync(folder.at("from", "big"), randomBytes(3 * 1024 * 1024));
    await scene.create({ to: "disk/to", onError: "stop" });
    await scene.reaches("paused");
    expect(await scene.jobs.job("it")).toMatchObject({ "io-status": "nospace" });
    mountDisk(folder.at("disk"), "remount,size=9m");
    await scene.ask("resume");
    await scene.reaches("ready");
    await scene.ask("complete");
    expect(await scene.jobs.settled("it")).toMatchObject({ outcome: "success" });
    expect(treeText(folder.at("disk", "to"))).toEqual(treeText(folder.at("from")));
  } finally {
    execFileSync("umount", ["--lazy", folder.at("disk")]);
  }
});

describe("a pivot", () => {
  test("may be what the source was named by", async () => {
    await using scene = await Scene.open();
    await scene.create({ from: "pivot" });
    await scene.reaches("ready");
    await scene.ask("complete");
    expect(await scene.jobs.settled("it")).toMatchObject({ outcome: "success" });
    expect(readlinkSync(scene.folder.at("pivot"))).toBe(scene.folder.at("to"));
    expect(scene.target).toEqual(scene.source);
  });

  test("that is no link any more is nothing to a soft cancel", async () => {
    await using scene = await Scene.open();
    await scene.create();
    await scene.reaches("ready");
    rmSync(scene.folder.at("pivot"));
    writeFileSync(scene.folder.at("pivot"), "precious");
    await scene.ask("cancel", { soft: true });
    expect(await scene.jobs.settled("it")).toMatchObject({ outcome: "success" });
    expect(readFileSync(scene.folder.at("pivot"), "utf8")).toBe("precious");
  });

  test("need not be there before", async () => {
    await using scene = await Scene.open();
    await scene.create({ pivot: "new" });
    await scene.reaches("ready");
    await scene.ask("complete");
    await scene.jobs.settled("it");
    expect(readlinkSync(scene.folder.at("new"))).toBe(scene.folder.at("to"));
  });

  test("that is no link any more is left alone, and the job fails undone", async () => {
    await using scene = await Scene.open();
    await scene.create();
    const { folder } = scene;
    await scene.reaches("ready");
    rmSync(folder.at("pivot"));
    writeFileSync(folder.at("pivot"), "precious");
    await scene.ask("complete");
    expect(await scene.jobs.settled("it")).toMatchObject({
      outcome: "failed",
      error: `the pivot "${folder.at("pivot")}" exists and is no link; move it away first`,
    });
    expect(readFileSync(folder.at("pivot"), "utf8")).toBe("precious");
    expect(existsSync(folder.at("to"))).toBe(false);
  });
});
