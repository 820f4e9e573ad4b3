/** Lost workers, released jobs, retries: the status stays, the epoch does not. */
import { describe, expect, test } from "vitest";
import { offerOf, phaseOf, waitingFor } from "./duty.ts";
import { Story, type Member } from "./story.ts";

const all = ["ready", "prepare", "commit", "abort", "clean"] as const;
const retry = { attempts: 3, backoffMs: 1_000, maxMs: 1_500 };

/** How `a` comes to stand when its worker is lost, and what it is offered for then. */
const situations = {
  running: [["claimed a"], "run"],
  paused: [["claimed a", "pause a", "paused a"], "run"],
  ready: [["claimed a", "ready a"], "run"],
  standby: [["claimed a", "ready a", "pause a", "paused a"], "run"],
  waiting: [["claimed a", "finished a"], null],
  preparing: [["claimed a b", "finished a b"], "prepare"],
  committing: [["claimed a b", "finished a b", "prepared a b"], "commit"],
  cleaning: [["claimed a b", "finished a b", "prepared a b", "committed a"], "clean"],
  aborting: [["claimed a b", "failed a"], "abort"],
} as const;

function pair(more: Partial<Member> = {}): Story {
  return Story.of({ id: "a", can: all, ...more }, { id: "b", can: all });
}

describe("a lost worker", () => {
  test.each(Object.entries(situations))("of a job that is %s: %o", (_name, [lines, work]) => {
    const story = pair().play(...lines);
    const before = story.job("a").status;
    story.play("lost a");
    const job = story.job("a");
    expect(job).toMatchObject({ status: before, claim: null, epoch: 1 });
    expect(offerOf(job) !== undefined).toBe(work !== null);
    const detail = waitingFor(job, story.group, story.at)?.detail ?? null;
    const isOfWork = before !== "paused" && before !== "standby" && work !== null;
    expect(detail).toBe(isOfWork ? `for ${work}` : null);
  });

  test("is succeeded by a new epoch, and the old one is heard no more", () => {
    const story = pair().play("claimed a", "lost a");
    expect(phaseOf(story.job("a"), story.at)).toBe("recovering");
    const claim = { session: "s2", worker: "w2", host: "h2" };
    story.tell("a", "claimed", { claim, cursor: { chunk: 7 }, progress: { current: 7, total: 9 } });
    expect(story.job("a")).toMatchObject({ epoch: 2, cursor: { chunk: 7 }, losses: 0 });
    expect(story.refusal("a", "finished", { epoch: 1 }).guard).toBe("epoch");
    expect(story.tell("a", "finished").statuses).toBe("waiting created");
  });

  test("while preparing takes its vote with it", () => {
    const story = pair().play("claimed a b", "finished a b", "prepared a", "lost a", "prepared b");
    expect(story.job("a")).toMatchObject({ vote: null, decision: "none" });
    story.play("claimed a", "prepared a");
    expect(story.job("a").decision).toBe("commit");
  });

  test("while committing changes nothing of the decision", () => {
    const story = pair().play("claimed a b", "finished a b", "prepared a b", "lost a");
    story.play("claimed a", "committed a b", "cleaned a b");
    expect(story.group.jobs.map(({ outcome }) => outcome)).toEqual(["success", "success"]);
  });

  test("ends a force-cancelled job at once, a parked one by way of running", () => {
    const running = pair().play("claimed a", "cancel a", "lost a");
    expect(running.path("a")).toBe("created running aborting");
    const parked = pair().play("claimed a", "pause a", "paused a", "lost a", "cancel a");
    expect(parked.path("a")).toBe("created running paused running aborting");
  });

  test("ends a job that cannot recover", () => {
    const story = Story.of({ id: "a", recover: "fail" }).play("claimed a", "lost a");
    expect(story.job("a")).toMatchObject({ outcome: "failed", error: "Worker lost" });
  });

  test("has a job that restarts begin from nothing", () => {
    const story = Story.of({ id: "a", recover: "restart" }).play(
      "claimed a",
      "progress a",
      "lost a",
    );
    story.tell("a", "claimed", { cursor: { chunk: 7 } });
    expect(story.job("a")).toMatchObject({ cursor: null, progress: { current: 0, total: 0 } });
  });

  test("five times without a new checkpoint is once too often", () => {
    const story = Story.of({ id: "a" });
    for (let each = 1; each <= 5; each += 1) story.play("claimed a", "lost a");
    expect(story.job("a").error).toBe("Worker lost 5 times in a row without a new checkpoint");
    const moving = Story.of({ id: "a" });
    for (let chunk = 1; chunk <= 9; chunk += 1) {
      moving.tell("a", "claimed", { cursor: { chunk } }).play("lost a");
    }
    expect(moving.statuses).toBe("running");
    const reporting = Story.of({ id: "a" });
    for (let chunk = 1; chunk <= 9; chunk += 1) {
      reporting.play("claimed a").tell("a", "progress", { cursor: { chunk } }).play("lost a");
    }
    expect(reporting.job("a")).toMatchObject({
      status: "running",
      cursor: { chunk: 9 },
      losses: 1,
    });
  });
});

describe("a released job", () => {
  test("goes on elsewhere from its cursor, and it is no loss", () => {
    const story = pair()
      .play("claimed a")
      .tell("a", "released", { cursor: { chunk: 3 } });
    expect(story.job("a")).toMatchObject({ claim: null, losses: 0, attempt: 1 });
    expect(story.play("claimed a").job("a")).toMatchObject({ epoch: 2, cursor: { chunk: 3 } });
  });

  test("that is bound to a host is offered and given to that host alone", () => {
    const story = Story.of({ id: "a", place: "host" }).play("claimed a", "released a");
    expect(offerOf(story.job("a"))?.host).toBe("h1");
    const claim = { session: "s2", worker: "w2", host: "h2" };
    expect(story.refusal("a", "claimed", { claim }).guard).toBe("host");
    expect(story.play("claimed a").job("a").epoch).toBe(2);
  });

  test("that was force-cancelled is aborted", () => {
    expect(pair().play("claimed a", "cancel a", "released a").statuses).toBe("aborting null");
  });
});

describe("a retryable failure", () => {
  const retryable = { retryable: true };

  test("is tried again after a wait that doubles up to its bound, then fails", () => {
    const story = Story.of({ id: "a", retry }).play("claimed a").tell("a", "failed", retryable);
    expect(story.job("a")).toMatchObject({ status: "running", attempt: 2, lastError: "it broke" });
    expect(story.job("a").retryAt).toBe(story.at + 1_000);
    expect(phaseOf(story.job("a"), story.at)).toBe("backoff");
    story.at -= 500;
    expect(story.refusal("a", "claimed").guard).toBe("due");
    story.play("claimed a").tell("a", "failed", retryable);
    expect(story.job("a").retryAt).toBe(story.at + 1_500);
    story.at += 1_000;
    story.play("claimed a").tell("a", "failed", retryable);
    expect(story.job("a")).toMatchObject({ outcome: "failed", attempt: 3, error: "it broke" });
    expect(story.path("a")).toBe("created running aborting concluded null");
  });

  test("of a job that is cancelled meanwhile is not tried again", () => {
    const story = Story.of({ id: "a", retry }).play("claimed a").tell("a", "failed", retryable);
    story.play("cancel a");
    expect(story.path("a")).toBe("created running aborting concluded null");
    const soft = Story.of({ id: "a", retry, can: ["ready", "soft-cancel"] });
    soft.play("claimed a", "ready a").tell("a", "cancel", { soft: true });
    expect(soft.tell("a", "failed", retryable).job("a").outcome).toBe("failed");
  });

  test("is no matter of the group until the attempts are used up", () => {
    const story = Story.of({ id: "a", retry }, { id: "b" }).play("claimed a b");
    expect(story.tell("a", "failed", retryable).job("b").cancel).toBe("no");
  });
});
