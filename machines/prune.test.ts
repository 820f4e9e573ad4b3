/** Prune: the summary of a group that has come to its end, and what it ends for good. */
import { describe, expect, test } from "vitest";
import { commitBytesMax, encode, isSummary, whyUnreadable } from "./commit.ts";
import { Ledger } from "./ledger.ts";
import { capabilities } from "./record.ts";
import { Story } from "./story.ts";

const prune = { verb: "prune" } as const;

/** Two jobs whose group aborted: one failed, and stopped the other. */
function ended(): Story {
  const story = Story.of({ id: "a" }, { id: "b" }).play("claimed a b");
  story.tell("a", "failed", { error: "x".repeat(500) }).tell("b", "failed", { cancelled: true });
  return story;
}

/** The story's commits, as they are stored. */
function texts(story: Story): readonly string[] {
  const ledger = new Ledger(story.group.gid);
  return story.steps
    .filter(({ decision }) => decision.events.length > 0)
    .map(({ input, decision }) => {
      const entry = ledger.write(input, decision.events);
      ledger.accept(entry, decision.next);
      return entry.text;
    });
}

function read(...list: readonly (string | undefined)[]): Ledger {
  const ledger = new Ledger(new Story().group.gid);
  for (const text of list) ledger.read(text ?? "");
  return ledger;
}

describe("a summary", () => {
  test("says of every job how it ended, and of what failed the beginning of why", () => {
    const story = ended();
    const { createdAt, endedAt, activeMs } = story.job("a");
    story.say(prune);
    expect(story.group.jobs).toEqual([]);
    expect(story.group.pruned?.at).toBe(story.at);
    expect(story.group.pruned?.jobs).toMatchObject([
      { id: "a", type: "copy", outcome: "failed", attempt: 1, createdAt, endedAt, activeMs },
      { id: "b", outcome: "cancelled", error: "Operation canceled" },
    ]);
    expect(story.group.pruned?.jobs[0]?.error).toBe("x".repeat(160));
  });

  test("says nothing of an error that was overcome", () => {
    const story = Story.of({ id: "a", can: capabilities }).play("claimed a", "io-error a");
    story.play("finished a", "prepared a", "committed a", "cleaned a").say(prune);
    expect(story.group.pruned?.jobs).toMatchObject([{ outcome: "success" }]);
    expect(story.group.pruned?.jobs[0]).not.toHaveProperty("error");
  });

  test("of the largest group fits into one commit", () => {
    const story = new Story();
    const members = Array.from({ length: 256 }, (_, n) => ({ id: `j${n}`.padEnd(512, "x") }));
    story.create(members, { completion: "individual" });
    for (const { id } of members) story.play(`claimed ${id}`);
    for (const { id } of members) story.tell(id, "failed", { error: "\u0001".repeat(9_999) });
    story.say(prune);
    const [last = ""] = texts(story).slice(-1);
    expect(story.group.pruned?.jobs).toHaveLength(256);
    expect(Buffer.byteLength(last)).toBeLessThan(commitBytesMax);
  });

  test("is read where nothing was before it, or where that has not been read yet", () => {
    const story = ended();
    story.say(prune);
    const all = texts(story);
    const whole = read(...all);
    expect(whole.group).toEqual(story.group);
    expect(read(all.at(-1))).toMatchObject({ rev: all.length, group: whole.group });
    expect(read(all[0], all.at(-1)).group).toEqual(whole.group);
  });

  test("follows what is before it, or else the chain is broken", () => {
    const story = ended();
    story.say(prune);
    const all = texts(story);
    const forged = all.at(-1)?.replace(/"prev":"\w{4}/, '"prev":"0000');
    expect(() => read(...all.slice(0, -1), forged)).toThrow(/the chain is broken/);
  });

  test("takes the answers with it that were given before", () => {
    const story = ended();
    const [asked] = texts(story);
    story.say(prune);
    const ledger = read(...texts(story));
    expect(asked).toContain('"id":"c1"');
    expect(ledger.answered("c1")).toBeUndefined();
    expect(ledger.answered("c6") ?? ledger.answered("c5")).toBeDefined();
  });

  test("cannot be the first commit that a group ever had", () => {
    const commit = {
      v: 1,
      gid: "g",
      rev: 1,
      at: "2026-11-20T00:00:00.000Z",
      cause: { id: "c", verb: "prune", by: "me", digest: "d" },
      events: [{ kind: "pruned" as const, pruned: { at: 1, jobs: [] } }],
    };
    expect([1, 2].map((rev) => isSummary({ ...commit, rev }))).toEqual([false, true]);
    expect(isSummary({ ...commit, rev: 2, events: [] })).toBe(false);
    expect(whyUnreadable(commit)).toBeUndefined();
    expect(encode(commit)).toContain('"kind":"pruned"');
  });
});

describe("a group is not pruned", () => {
  test("before its last job is gone", () => {
    const story = Story.of({ id: "a", autoDismiss: false }).play("claimed a", "failed a");
    expect(story.say(prune).refusal).toMatchObject({
      refused: "Job 'a' is not dismissed yet",
      guard: "dismissed",
      verb: "prune",
    });
    story.play("dismiss a");
    expect(story.say(prune).events).toMatchObject([{ kind: "pruned" }]);
  });

  test("that never was", () => {
    expect(new Story().say(prune).refusal?.guard).toBe("exists");
  });

  test("twice", () => {
    const story = ended();
    story.say(prune);
    expect(story.say(prune).refusal?.guard).toBe("pruned");
  });
});

test("nothing is said to a pruned group any more, nor created in it", () => {
  const story = ended();
  const { uid } = story.job("a");
  story.say(prune);
  expect(story.say({ verb: "dismiss", uid }).refusal?.refused).toBe("Job not found");
  expect(story.say({ verb: "lost", uid, epoch: 1 }).refusal?.guard).toBe("exists");
  expect(story.say({ verb: "void" }).refusal?.guard).toBe("open");
  const { refusal } = story.create([{ id: "a" }]);
  const at = new Date(story.group.pruned?.at ?? 0).toISOString();
  expect(refusal?.refused).toBe(`Group '${story.group.gid}' has ended, and was pruned on ${at}`);
});

test("what was fenced off before it began leaves a summary of nobody", () => {
  const story = new Story();
  story.say({ verb: "void" });
  story.say(prune);
  expect(story.group).toMatchObject({ voided: false, jobs: [], pruned: { jobs: [] } });
  expect(story.create([{ id: "a" }]).refusal?.guard).toBe("pruned");
});
