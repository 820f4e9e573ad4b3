/** Cancelling, by strength and by status; and giving up on a step that cannot be done. */
import { describe, expect, test } from "vitest";
import { waitingFor } from "./duty.ts";
import { Story, type Member } from "./story.ts";

const mirror: Member = { id: "a", can: ["ready", "soft-cancel"], autoDismiss: false };

/** How a job comes to a status. */
const ways = {
  created: [],
  running: ["claimed a"],
  paused: ["claimed a", "pause a", "paused a"],
  ready: ["claimed a", "ready a"],
  standby: ["claimed a", "ready a", "pause a", "paused a"],
  waiting: ["claimed a", "finished a"],
  pending: ["claimed a", "finished a", "claimed b", "finished b"],
} as const;
type Way = keyof typeof ways;
const manual = { autoFinalize: false };

function brought(way: Way): Story {
  return Story.of({ ...mirror, ...manual }, { id: "b", ...manual }).play(...ways[way]);
}

describe("a forced cancel", () => {
  test.each([
    ["created", "created aborting concluded null"],
    ["running", "created running aborting concluded"],
    ["paused", "created running paused running aborting concluded"],
    ["ready", "created running ready aborting concluded"],
    ["standby", "created running ready standby ready aborting concluded"],
    ["waiting", "created running waiting aborting concluded"],
    ["pending", "created running waiting pending aborting concluded"],
  ] as const)("of a job that is %s: %s", (way, path) => {
    const story = brought(way).play("cancel a");
    if (way === "paused" || way === "standby") story.play("resumed a");
    if (story.job("a").status === "running" || story.job("a").status === "ready") {
      story.tell("a", "failed", { cancelled: true });
    }
    expect(story.path("a")).toBe(path);
    expect(story.job("a")).toMatchObject({ outcome: "cancelled", error: "Operation canceled" });
  });

  test("takes effect when the run ends, whatever the run says", () => {
    const won = brought("running").play("cancel a", "finished a");
    expect(won.job("a")).toMatchObject({ outcome: "cancelled", error: "Operation canceled" });
    const broke = brought("running").play("cancel a", "failed a");
    expect(broke.job("a")).toMatchObject({ outcome: "cancelled", error: "it broke" });
  });

  test("lifts the user's pause, and lets the parked run go on to its end", () => {
    const story = brought("paused").play("cancel a");
    expect(story.job("a")).toMatchObject({ status: "paused", userPaused: false });
    expect(story.play("resumed a").statuses).toBe("running null");
  });

  test("is not held up by a pause any more, nor by one asked later", () => {
    const running = brought("running").play("cancel a", "pause a");
    expect(running.refusal("a", "paused").guard).toBe("asked");
    const parked = brought("paused").play("cancel a", "pause a");
    expect(waitingFor(parked.job("a"), parked.group, parked.at)?.what).not.toBe("resume");
    expect(parked.play("resumed a").job("a").status).toBe("running");
  });

  test("may be asked again while the run is still to end, and changes nothing", () => {
    const story = brought("running").play("cancel a");
    const before = story.job("a");
    expect(story.play("cancel a").tell("a", "cancel", { soft: true }).job("a")).toEqual(before);
  });

  test("asked again lifts a pause that was asked in between", () => {
    const story = brought("running").play("cancel a", "pause a", "cancel a");
    expect(story.job("a")).toMatchObject({ userPaused: false, cancel: "force" });
  });

  test("of a sibling counts more than what the stopped run says of itself", () => {
    const story = Story.of({ id: "a" }, { id: "b" }).play("claimed a", "claimed b", "cancel a");
    const failing = { verb: "failed", uid: story.job("b").uid, epoch: 1, error: "disk" } as const;
    story.say(failing);
    expect(story.job("b").error).toBe("Operation canceled");
    expect(story.job("b").cancelledBy).toBe(story.job("a").uid);
  });

  test("is refused once the group commits", () => {
    const decided = Story.of({ id: "a", can: ["commit"] }).play("claimed a", "finished a");
    expect(decided.refusal("a", "cancel").guard).toBe("uncommitted");
    expect(decided.play("committed a").job("a").outcome).toBe("success");
  });
});

describe("a soft cancel", () => {
  const soft = { soft: true };

  test("of a ready job ends in success, without a completion", () => {
    const story = Story.of(mirror).play("claimed a", "ready a").tell("a", "cancel", soft);
    expect(story.statuses).toBe("ready");
    expect(story.refusal("a", "complete").guard).toBe("not-cancelled");
    story.play("finished a");
    expect(story.path("a")).toBe("created running ready waiting pending concluded");
    expect(story.job("a")).toMatchObject({ outcome: "success", completing: false });
  });

  test("may be repeated, and stays soft", () => {
    const story = Story.of(mirror).play("claimed a", "ready a");
    story.tell("a", "cancel", soft).tell("a", "cancel", soft);
    expect(story.job("a").cancel).toBe("soft");
    expect(story.play("finished a").job("a").outcome).toBe("success");
  });

  test("does not withdraw a completion, and a forced one after it aborts", () => {
    const story = Story.of(mirror).play("claimed a", "ready a", "complete a");
    story.tell("a", "cancel", soft);
    expect(story.job("a")).toMatchObject({ completing: true, cancel: "soft" });
    story.play("cancel a", "finished a");
    expect(story.job("a").outcome).toBe("cancelled");
  });

  test.each(["paused", "standby"] as const)("is refused of a user-paused job: %s", (way) => {
    expect(brought(way).refusal("a", "cancel", soft).refused).toBe(
      "The block job for device 'a' is currently paused",
    );
  });

  test.each(["created", "running", "waiting", "pending"] as const)("is forced in %s", (way) => {
    expect(brought(way).tell("a", "cancel", soft).job("a").cancel).toBe("force");
  });

  test("is forced where the driver knows no soft one", () => {
    const story = Story.of({ id: "a", can: ["ready"] }).play("claimed a", "ready a");
    expect(story.tell("a", "cancel", soft).job("a").cancel).toBe("force");
  });

  test("of a manual job still waits for the finalize, where a cancel aborts", () => {
    const story = Story.of({ ...mirror, ...manual }).play("claimed a", "ready a");
    story.tell("a", "cancel", soft).play("finished a");
    expect(story.statuses).toBe("pending");
    expect(story.play("cancel a").job("a").outcome).toBe("cancelled");
  });

  test("survives a lost worker: the job is run again and succeeds", () => {
    const story = Story.of(mirror).play("claimed a", "ready a").tell("a", "cancel", soft);
    story.play("lost a", "claimed a", "finished a");
    expect(story.job("a")).toMatchObject({ outcome: "success", epoch: 2 });
  });
});

describe("abandon", () => {
  const stubborn: Member = { id: "a", can: ["commit", "abort", "clean"] };

  test("ends a job whose commit keeps failing, and says what was not done", () => {
    const story = Story.of(stubborn).play("claimed a", "finished a");
    expect(story.refusal("a", "abandon").guard).toBe("stuck");
    story.play("step-failed a", "step-failed a");
    expect(story.job("a").stuck).toMatchObject({ step: "commit", tries: 2 });
    expect(story.play("abandon a").job("a")).toMatchObject({
      outcome: "success",
      damage: "commit and clean not done: it broke",
      stuck: null,
    });
  });

  test("ends a job whose abort nobody can do", () => {
    const story = Story.of(stubborn).play("claimed a", "failed a", "lost a", "abandon a");
    expect(story.job("a")).toMatchObject({
      outcome: "failed",
      damage: "abort and clean not done: no worker took it",
    });
  });

  test("is refused before anything is decided", () => {
    const story = Story.of({ ...stubborn, ...manual }).play("claimed a", "finished a");
    expect(story.refusal("a", "abandon").guard).toBe("decided");
  });
});
