/** One job's life, told as a story: creation, success, failure, pauses, errors, timers, the end. */
import { describe, expect, test } from "vitest";
import type { ErrorPolicy } from "./record.ts";
import { firstWorker, Story, type Member } from "./story.ts";

const all = ["prepare", "commit", "abort", "clean"] as const;
const success = "created running waiting pending concluded null";

describe("a lone job", () => {
  test("that does its work passes waiting and pending, and is gone", () => {
    const story = Story.of({ id: "a" }).play("claimed a", "finished a");
    expect(story.path("a")).toBe(success);
    expect(story.job("a")).toMatchObject({ outcome: "success", error: null });
  });

  test("with every step is asked for each in turn before it concludes", () => {
    const story = Story.of({ id: "a", can: all }).play("claimed a", "finished a");
    expect(story.statuses).toBe("pending");
    story.play("prepared a", "committed a");
    expect(story.statuses).toBe("pending");
    expect(story.play("cleaned a").path("a")).toBe(success);
  });

  test("keeps its result, and what prepare found, beside the job", () => {
    const story = Story.of({ id: "a", can: ["prepare"] }).play("claimed a");
    story.tell("a", "finished", { result: { files: 3 } }).tell("a", "prepared", { prepared: "ok" });
    expect(story.job("a")).toMatchObject({ result: { files: 3 }, prepared: "ok" });
  });

  test("never goes back in its progress, whatever a later report says", () => {
    const story = Story.of({ id: "a", autoDismiss: false }).play("claimed a");
    story.tell("a", "progress", { progress: { current: 9, total: 10 } });
    story.tell("a", "finished", { progress: { current: 8, total: 10 } });
    expect(story.job("a").progress).toEqual({ current: 9, total: 10 });
  });

  test("that is not dismissed by itself waits for it", () => {
    const story = Story.of({ id: "a", autoDismiss: false }).play("claimed a", "finished a");
    expect(story.statuses).toBe("concluded");
    story.play("dismiss a");
    expect(story.statuses).toBe("null");
    expect(story.refusal("a", "dismiss").refused).toBe("Job not found");
  });

  test("that is not finalized by itself waits for it", () => {
    const story = Story.of({ id: "a", autoFinalize: false }).play("claimed a", "finished a");
    expect(story.statuses).toBe("pending");
    expect(story.play("finalize a").path("a")).toBe(success);
  });

  test("that fails is aborted, cleaned, and says why", () => {
    const story = Story.of({ id: "a", can: all, autoFinalize: false }).play("claimed a");
    story.play("failed a", "aborted a", "cleaned a");
    expect(story.path("a")).toBe("created running aborting concluded null");
    expect(story.job("a")).toMatchObject({ outcome: "failed", error: "it broke" });
  });

  test("whose prepare fails is aborted out of pending", () => {
    const story = Story.of({ id: "a", can: all, autoFinalize: false });
    story.play("claimed a", "finished a", "finalize a", "failed a", "aborted a", "cleaned a");
    expect(story.path("a")).toBe("created running waiting pending aborting concluded null");
  });

  test("that was declared ready is completed from there", () => {
    const story = Story.of({ id: "a", can: ["ready"] }).play("claimed a", "ready a");
    expect(story.play("complete a", "complete a", "finished a").path("a")).toBe(
      "created running ready waiting pending concluded null",
    );
  });
});

describe("a creation", () => {
  test("may claim the job in the same commit", () => {
    const story = new Story();
    story.create([{ id: "a" }, { id: "b", held: true }], { claim: firstWorker });
    expect(story.steps).toHaveLength(1);
    expect(story.statuses).toBe("running created");
    expect(story.job("a")).toMatchObject({ epoch: 1, claim: firstWorker, attempt: 1 });
  });

  test("with a negative speed shows the job and takes it back: created, null", () => {
    const story = new Story();
    const { refusal } = story.create([{ id: "a", speed: -1 }]);
    expect(refusal?.refused).toBe("Parameter 'speed' expects a non-negative value");
    expect(story.path("a")).toBe("created null");
  });

  test("whose third member is refused undoes the two before it, which point at it", () => {
    const story = new Story();
    story.create([{ id: "a", autoDismiss: false }, { id: "b" }, { id: "c", speed: -1 }]);
    const undone = "created aborting concluded null";
    expect(["a", "b", "c"].map((id) => story.path(id))).toEqual([undone, undone, "created null"]);
    const stopped = { cancelledBy: story.job("c").uid, outcome: "cancelled" };
    expect([story.job("a"), story.job("b")]).toMatchObject([stopped, stopped]);
  });

  const long = `a${"b".repeat(512)}`;
  test.each([
    ["", "Invalid job ID ''"],
    ["1a", "Invalid job ID '1a'"],
    ["a b", "Invalid job ID 'a b'"],
    ["ä", "Invalid job ID 'ä'"],
    [long, `Invalid job ID '${long}'`],
  ])("with the id '%s' leaves nothing", (id, text) => {
    const { refusal, events } = new Story().create([{ id }]);
    expect([refusal?.refused, events.length]).toEqual([text, 0]);
  });

  test("with two equal ids, with none or 257 jobs, or a second one leaves nothing", () => {
    const many = Array.from({ length: 257 }, (_, index): Member => ({ id: `j${index}` }));
    const twice = [{ id: "a" }, { id: "a" }];
    const refused = [twice, [], many].map((jobs) => new Story().create(jobs).refusal?.refused);
    expect(refused).toEqual([
      "Job ID 'a' already in use",
      "A group has 1 to 256 jobs, not 0",
      "A group has 1 to 256 jobs, not 257",
    ]);
    expect(Story.of({ id: "a" }).create([{ id: "b" }]).refusal?.guard).toBe("empty");
  });

  test("after a void is refused for ever", () => {
    const story = new Story();
    expect(story.say({ verb: "void" }).events).toEqual([{ kind: "void" }]);
    expect(story.create([{ id: "a" }]).refusal?.guard).toBe("void");
    expect(story.say({ verb: "void" }).refusal?.guard).toBe("open");
  });

  test("is not undone by a void, which changes nothing of what exists and is refused at its end", () => {
    const story = new Story();
    story.create([{ id: "a" }, { id: "b" }], { completion: "individual" });
    const { group } = story.play("cancel a");
    expect(story.say({ verb: "void" })).toMatchObject({ events: [{ kind: "noted" }], next: group });
    story.play("cancel b");
    expect(story.statuses).toBe("null null");
    expect(story.say({ verb: "void" }).refusal?.guard).toBe("open");
  });
});

describe("a held job", () => {
  test("is claimed by nobody before it is started", () => {
    const story = Story.of({ id: "a", held: true });
    expect(story.refusal("a", "claimed").guard).toBe("offered");
    expect(story.play("start a", "claimed a").statuses).toBe("running");
    expect(story.refusal("a", "start").guard).toBe("table");
  });
});

describe("a pause", () => {
  test("is a request that the worker fulfils, and a resume another", () => {
    const story = Story.of({ id: "a" }).play("claimed a", "pause a");
    expect(story.statuses).toBe("running");
    story.play("paused a");
    expect(story.statuses).toBe("paused");
    story.play("resume a");
    expect(story.statuses).toBe("paused");
    expect(story.play("resumed a", "finished a").path("a")).toBe(
      "created running paused running waiting pending concluded null",
    );
  });

  test("withdrawn before the worker came to it leaves no trace in the statuses", () => {
    const story = Story.of({ id: "a" }).play("claimed a", "pause a", "resume a");
    expect(story.refusal("a", "paused").guard).toBe("asked");
    expect(story.path("a")).toBe("created running");
  });

  test("that comes too late lets the job finish, its unit still set", () => {
    const story = Story.of({ id: "a", autoFinalize: false });
    story.play("claimed a", "pause a", "finished a");
    expect(story.job("a")).toMatchObject({ status: "pending", userPaused: true });
    expect(story.refusal("a", "resume").guard).toBe("table");
  });

  test("of a ready job is standby, where complete is taken and waits", () => {
    const story = Story.of({ id: "a", can: ["ready"] });
    story.play("claimed a", "ready a", "pause a", "paused a", "complete a");
    expect(story.statuses).toBe("standby");
    story.play("resume a", "resumed a", "finished a");
    expect(story.path("a")).toBe(
      "created running ready standby ready waiting pending concluded null",
    );
  });

  test("stores a new speed and lets no progress through", () => {
    const story = Story.of({ id: "a" }).play("claimed a", "pause a", "paused a", "set-speed a");
    expect(story.job("a").speed).toBe(100);
    expect(story.refusal("a", "progress").guard).toBe("early");
  });
});

describe("an I/O error", () => {
  const rows: readonly [ErrorPolicy, boolean, string][] = [
    ["report", false, "report"],
    ["report", true, "report"],
    ["ignore", false, "ignore"],
    ["ignore", true, "ignore"],
    ["enospc", false, "report"],
    ["enospc", true, "stop"],
    ["stop", false, "stop"],
    ["stop", true, "stop"],
    ["auto", false, "report"],
    ["auto", true, "stop"],
  ];
  test.each(rows)("under %s, disk full: %s -> %s", (onError, nospace, action) => {
    const story = Story.of({ id: "a", onError }).play("claimed a");
    story.tell("a", "io-error", { nospace });
    const { userPaused, ioStatus, lastError } = story.job("a");
    const stopped = nospace ? "nospace" : "failed";
    expect(lastError).toBe(`write: Input/output error (${action})`);
    expect([userPaused, ioStatus]).toEqual(action === "stop" ? [true, stopped] : [false, "ok"]);
  });

  test("after another leaves the first one's mark", () => {
    const story = Story.of({ id: "a", onError: "stop" }).play("claimed a");
    story.tell("a", "io-error", { nospace: true }).play("io-error a");
    expect(story.job("a").ioStatus).toBe("nospace");
  });

  test("that stops is the user's pause unit: resume lifts it and clears the status", () => {
    const story = Story.of({ id: "a", onError: "stop" }).play(
      "claimed a",
      "io-error a",
      "paused a",
    );
    expect(story.refusal("a", "pause").refused).toBe("Job is already paused");
    story.play("resume a", "resumed a");
    expect(story.job("a")).toMatchObject({ status: "running", userPaused: false, ioStatus: "ok" });
  });
});

describe("a timer", () => {
  test("ends a running job by force, with a text of its own, once it is due", () => {
    const story = Story.of({ id: "a", timeoutMs: 60_000 }).play("claimed a");
    expect(story.refusal("a", "timer", { timer: "timeout" }).guard).toBe("due");
    story.at += 60_000;
    story.tell("a", "timer", { timer: "timeout" }).tell("a", "failed", { cancelled: true });
    expect(story.job("a")).toMatchObject({
      outcome: "cancelled",
      error: "Operation canceled: it ran longer than 60 s",
    });
  });

  test("does not count the time of a pause", () => {
    const story = Story.of({ id: "a", timeoutMs: 60_000 });
    story.play("claimed a", "pause a", "paused a", "resume a");
    story.at += 3_600_000;
    story.play("resumed a");
    expect(story.refusal("a", "timer", { timer: "timeout" }).guard).toBe("due");
    expect(story.job("a").activeMs).toBe(2_000);
  });

  test("for a deadline ends a job that nobody ever claimed", () => {
    const story = Story.of({ id: "a", deadline: 0 }).play("timer a");
    expect(story.path("a")).toBe("created aborting concluded null");
    expect(story.job("a").error).toBe(
      "Operation canceled: its deadline 1970-01-01T00:00:00.000Z has passed",
    );
  });

  test("keeps a claim back until the job's time has come", () => {
    const story = new Story();
    story.create([{ id: "a", notBefore: story.at + 60_000 }]);
    expect(story.refusal("a", "claimed").guard).toBe("due");
    story.at += 60_000;
    expect(story.play("claimed a").statuses).toBe("running");
  });
});
