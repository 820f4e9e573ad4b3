/** Jobs that finish together, and jobs that were only created together. */
import { describe, expect, test } from "vitest";
import { stageOf } from "./group.ts";
import { Story, type Member } from "./story.ts";

const all = ["prepare", "commit", "abort", "clean"] as const;
const ids = ["a", "b", "c"] as const;

function trio(more: Partial<Member> = {}): Story {
  return Story.of(...ids.map((id) => ({ id, ...more })));
}

/** The statuses after each input, one row for each. */
function rows(story: Story): readonly string[] {
  return story.steps.map(({ decision }) => decision.next.jobs.map((job) => job.status).join(" "));
}

describe("a group of three", () => {
  test("waits for the last, becomes pending in one commit, and ends together", () => {
    const story = trio().play("claimed a b c", "finished a b", "finished c");
    expect(rows(story)).toEqual([
      "created created created",
      "running created created",
      "running running created",
      "running running running",
      "waiting running running",
      "waiting waiting running",
      "null null null",
    ]);
    const last = story.steps.at(-1)?.decision.events ?? [];
    expect(last.map(({ job = "all", kind, to }) => `${job} ${to ?? kind}`)).toEqual([
      "c waiting",
      "c pending",
      "b pending",
      "a pending",
      "all wish",
      "all decision",
      "c concluded",
      "c null",
      "b concluded",
      "b null",
      "a concluded",
      "a null",
    ]);
  });

  test("is decided by the last vote alone, and each member then ends by itself", () => {
    const story = trio({ can: all }).play("claimed a b c", "finished a b c", "prepared a b");
    expect(stageOf(story.group.jobs)).toBe("preparing");
    story.play("prepared c");
    expect(stageOf(story.group.jobs)).toBe("committing");
    story.play("committed b", "cleaned b");
    expect(story.statuses).toBe("pending null pending");
    story.play("committed a c", "cleaned a c");
    expect(stageOf(story.group.jobs)).toBe("concluded");
  });

  test("with one manual member waits for one finalize, on whichever member", () => {
    const story = Story.of({ id: "a" }, { id: "b", autoFinalize: false }, { id: "c", can: all });
    story.play("claimed a b c", "finished a b c");
    expect(story.statuses).toBe("pending pending pending");
    story.play("finalize a");
    expect(story.refusal("b", "finalize").guard).toBe("not-finalizing");
    story.play("prepared c", "committed c", "cleaned c");
    expect(story.refusal("a", "finalize").refused).toBe("Job not found");
    expect(story.statuses).toBe("null null null");
  });

  test("one of which fails prepare is aborted whole, prepared members too", () => {
    const story = trio({ can: all, autoDismiss: false });
    story.play("claimed a b c", "finished a b c", "prepared a", "failed b");
    expect(story.statuses).toBe("aborting aborting aborting");
    expect(story.refusal("c", "prepared").guard).toBe("early");
    story.play("aborted a b c", "cleaned a b c");
    const stopped = { error: "Operation canceled", cancelledBy: story.job("b").uid };
    expect(story.group.jobs).toMatchObject([
      { ...stopped, outcome: "cancelled" },
      { error: "it broke", outcome: "failed", cancelledBy: null },
      { ...stopped, outcome: "cancelled" },
    ]);
  });
});

describe("when one of three is cancelled", () => {
  test.each(["cancel a", "cancel c"])(
    "(%s), those who never started are gone at once",
    (cancel) => {
      const story = trio().play("claimed c", cancel);
      expect(story.job("a").status).toBe("null");
      expect(story.job("b").status).toBe("null");
      expect(story.job("c")).toMatchObject({ status: "running", cancel: "force" });
      story.tell("c", "failed", { cancelled: true });
      expect(story.statuses).toBe("null null null");
    },
  );

  test.each([
    ["running", ["claimed a b c"]],
    ["paused", ["claimed a b c", "pause b", "paused b"]],
    ["waiting", ["claimed a b c", "finished a b"]],
    ["pending", ["claimed a b c", "finished a b c"]],
  ] as const)("while it is %s, every member ends without success", (_status, lines) => {
    const story = trio({ autoFinalize: false }).play(...lines, "cancel b");
    for (const id of ids) {
      const { status } = story.job(id);
      if (status === "paused") story.play(`resumed ${id}`);
      if (!story.job(id).status.startsWith("n")) story.tell(id, "failed", { cancelled: true });
    }
    expect(story.group.jobs.map(({ outcome }) => outcome)).toEqual(ids.map(() => "cancelled"));
    expect(story.job("a").cancelledBy).toBe(story.job("b").uid);
    expect(story.job("b").cancelledBy).toBeNull();
  });

  test("the abort is decided at once, though runs have still to end", () => {
    const story = trio({ can: all }).play("claimed a b c", "cancel b");
    expect(story.statuses).toBe("running running running");
    expect(stageOf(story.group.jobs)).toBe("aborting");
    expect(story.group.jobs.map(({ cancel }) => cancel)).toEqual(["force", "force", "force"]);
  });

  test("a member that finishes meanwhile does not succeed", () => {
    const story = trio().play("claimed a b c", "cancel b", "finished a b c");
    expect(story.group.jobs.map(({ outcome }) => outcome)).toEqual(ids.map(() => "cancelled"));
  });
});

describe("jobs completed individually", () => {
  test("have no influence on each other", () => {
    const story = new Story();
    const jobs: readonly Member[] = [{ id: "a" }, { id: "b" }, { id: "c", autoFinalize: false }];
    story.create(jobs, { completion: "individual", name: "nightly" });
    story.play("claimed a b c", "failed a", "finished c");
    expect(story.statuses).toBe("null running pending");
    story.play("finished b", "finalize c");
    expect(story.group.jobs.map(({ outcome }) => outcome)).toEqual([
      "failed",
      "success",
      "success",
    ]);
    expect(story.facts.every(({ uid }) => uid !== undefined)).toBe(true);
  });
});
