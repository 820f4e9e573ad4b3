import { expect, test } from "vitest";
import { blankJob, type Job } from "../machines/record.ts";
import { emptyRow } from "./group-row.ts";
import { groupInfo } from "./groups.ts";

const gid = "gaaaaaaaaaaaaaaaa";
const waiting: Job = {
  ...blankJob,
  id: "a",
  uid: `${gid}-1`,
  type: "copy",
  status: "waiting",
  group: "nightly",
  completion: "grouped",
};
const ended: Job = { ...waiting, status: "concluded", outcome: "success", decision: "commit" };

function infoOf(...jobs: readonly Job[]) {
  return groupInfo({ ...emptyRow(gid, 1), group: { gid, voided: false, jobs } });
}

test("a group shows its members in order of creation, with where they stand", () => {
  const members = [waiting, { ...waiting, id: "b", uid: `${gid}-2`, status: "running" }] as const;
  const common = { type: "copy", stage: "working", decision: "none", outcome: null };
  expect(infoOf(...members)).toEqual({
    gid,
    name: "nightly",
    completion: "grouped",
    members: [
      { id: "a", uid: `${gid}-1`, status: "waiting", ...common },
      { id: "b", uid: `${gid}-2`, status: "running", ...common },
    ],
    "created-at": "1970-01-01T00:00:00.000Z",
    "ended-at": null,
  });
});

test("members that finish together share a stage, the others each have their own", () => {
  const pending = { ...waiting, status: "pending" } as const;
  const committing = { ...pending, finalizing: true, decision: "commit" } as const;
  const stagesOf = (completion: "grouped" | "individual") =>
    infoOf({ ...committing, completion }, { ...pending, completion })?.members.map(
      ({ stage }) => stage,
    );
  expect(stagesOf("grouped")).toEqual(["committing", "committing"]);
  expect(stagesOf("individual")).toEqual(["committing", "pending"]);
});

test("a group has ended when its last member has", () => {
  const one = { ...ended, endedAt: 5_000 };
  expect(infoOf(one, waiting)?.["ended-at"]).toBeNull();
  expect(infoOf(one, { ...ended, endedAt: 2_000 })?.["ended-at"]).toBe("1970-01-01T00:00:05.000Z");
});

test("a group that was fenced off before it had members is none", () => {
  expect(infoOf()).toBeUndefined();
});
