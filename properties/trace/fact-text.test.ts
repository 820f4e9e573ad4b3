import { expect, test } from "vitest";
import type { Fact } from "../../machines/fact.ts";
import { kinds } from "../../machines/fact.ts";
import { blankJob } from "../../machines/record.ts";
import { factText } from "./fact-text.ts";

const claim = { session: "s1", worker: "w1", host: "h1" };

test.each<readonly [text: string, fact: Fact]>([
  ["a: created (can prepare, dismissed by hand)", born()],
  ["a: created → running (by w1 on h1, epoch 1)", moved("created", "running", claimed(1))],
  ["a: claimed (by w1 on h1, epoch 2)", { job: "a", kind: "claimed", set: claimed(2) }],
  ["a: worker lost (vote void)", { job: "a", kind: "lost", set: { claim: null, vote: null } }],
  ["a: given back", { job: "a", kind: "released", set: { claim: null } }],
  ["a: pause asked for", { job: "a", kind: "wish", set: { userPaused: true } }],
  ["a: pause lifted", { job: "a", kind: "wish", set: { userPaused: false, ioStatus: "ok" } }],
  ["all: finalizing", { kind: "wish", set: { finalizing: true } }],
  ["all: decided: commit", { kind: "decision", set: { decision: "commit" } }],
  ["a: voted yes", { job: "a", kind: "vote", set: { vote: 1 } }],
  ["a: acknowledged", { job: "a", kind: "acked", set: { done: "acted", stuck: null } }],
  ["a: pending → aborting (forced cancel, too late)", moved("pending", "aborting", cancelled())],
  ["a: clean failed 2x: disk", { job: "a", kind: "error", set: { stuck: stuck() } }],
  ["a: noted", { job: "a", kind: "noted" }],
  ["all: given up before it began", { kind: "void" }],
])("a fact is told in words: %s", (text, fact) => {
  expect(factText(fact)).toBe(text);
});

test("no field is told by its name in the record", () => {
  const names = Object.keys(blankJob).filter((name) => /[A-Z]/.test(name));
  const { id: _id, uid: _uid, status: _status, ...set } = blankJob;
  const texts = kinds.map((kind) => factText({ job: "a", kind, set }));
  expect(names.filter((name) => texts.some((text) => text.includes(name)))).toEqual([]);
});

function born(): Fact {
  const shape = { ...blankJob.shape, can: ["prepare"] } as const;
  return moved("undefined", "created", { shape, autoDismiss: false, type: "copy", createdAt: 7 });
}

function moved(from: Fact["from"], to: Fact["to"], set: Fact["set"]): Fact {
  return { job: "a", kind: "status", ...(from && to && set ? { from, to, set } : {}) };
}

function claimed(epoch: number): NonNullable<Fact["set"]> {
  return { epoch, claim, host: "h1", attempt: 1, startedAt: 7 };
}

function cancelled(): NonNullable<Fact["set"]> {
  return { cancel: "force", cancelText: "too late", error: "too late" };
}

function stuck(): NonNullable<NonNullable<Fact["set"]>["stuck"]> {
  return { step: "clean", tries: 2, error: "disk", retryAt: 7 };
}
