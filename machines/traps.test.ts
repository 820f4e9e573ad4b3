/** The traps: where QEMU, or a first attempt, goes wrong. Each by its number in DESIGN.md. */
import { expect, test } from "vitest";
import { phaseOf } from "./duty.ts";
import { Ledger, requestDigest } from "./ledger.ts";
import { Story } from "./story.ts";

const all = ["prepare", "commit", "abort", "clean"] as const;

function pair(): Story {
  return Story.of({ id: "a", can: all }, { id: "b", can: all, autoFinalize: false });
}

test("T1: an abort reaches the member that it was invoked through", () => {
  const story = pair().play("claimed a b", "finished a b", "finalize a", "failed b");
  expect(story.statuses).toBe("aborting aborting");
  story.play("aborted a b", "cleaned a b");
  expect(story.group.jobs.map(({ outcome }) => outcome)).toEqual(["cancelled", "failed"]);
});

test("T2: a member that never started does not hold up the abort of its group", () => {
  const story = pair().play("claimed b", "failed b");
  expect(story.path("a")).toBe("created aborting concluded null");
  expect(story.play("aborted b", "cleaned b").statuses).toBe("null null");
});

test("T3: a soft cancel before ready is forced by the core, not left to the driver", () => {
  const can = ["ready", "soft-cancel"] as const;
  const created = Story.of({ id: "a", can }).tell("a", "cancel", { soft: true });
  expect(created.path("a")).toBe("created aborting concluded null");
  const running = Story.of({ id: "a", can }).play("claimed a").tell("a", "cancel", { soft: true });
  expect(running.play("finished a").job("a").outcome).toBe("cancelled");
});

test("T4: pending admits a cancel until the decision, and its phase says which it is", () => {
  const story = pair().play("claimed a b", "finished a b");
  const phases = [phaseOf(story.job("a"), story.at)];
  story.play("finalize a");
  phases.push(phaseOf(story.job("a"), story.at));
  story.play("prepared a b");
  phases.push(phaseOf(story.job("a"), story.at));
  expect(phases).toEqual(["idle", "preparing", "committing"]);
  expect(story.refusal("a", "cancel").guard).toBe("uncommitted");
});

test("T5: a pause is not believed before the worker says so", () => {
  const story = Story.of({ id: "a", autoFinalize: false }).play("claimed a", "pause a");
  expect(story.play("finished a").path("a")).toBe("created running waiting pending");
});

test("T6: a late report of a dead epoch changes nothing, before and after the decision", () => {
  const story = pair().play("claimed a b", "finished a b", "finalize a", "lost a", "claimed a");
  expect(story.refusal("a", "prepared", { epoch: 1 }).guard).toBe("epoch");
  story.play("prepared a b", "lost a");
  expect(story.refusal("a", "committed").guard).toBe("epoch");
});

test("T7: a lost worker voids its vote while preparing, and nothing while committing", () => {
  const story = pair().play("claimed a b", "finished a b", "finalize a", "prepared a", "lost a");
  expect(story.job("a").vote).toBeNull();
  story.play("claimed a", "prepared a b", "lost a");
  expect(story.job("a")).toMatchObject({ vote: 2, decision: "commit" });
});

test("T8: a retry that meets its own write finds its command answered", () => {
  const [step] = Story.of({ id: "a" }).steps;
  if (step === undefined) throw new Error("nothing was told");
  const { before, input, decision } = step;
  const writer = new Ledger(before.gid);
  const reader = new Ledger(before.gid);
  reader.read(writer.write(input, decision.events).text);
  expect(reader.answered(input.id)).toEqual({ rev: 1, digest: requestDigest(input) });
});

test("T9: a job that never started goes without a dismiss; a second finalize is an error", () => {
  const manual = Story.of({ id: "a", autoDismiss: false }).play("cancel a");
  expect(manual.statuses).toBe("null");
  const story = pair().play("claimed a b", "finished a b", "finalize a");
  expect(story.refusal("b", "finalize").guard).toBe("not-finalizing");
});
