import { expect, test } from "vitest";
import { Story } from "../machines/story.ts";
import { jobInfo } from "../projections/job-info.ts";
import { jobTable } from "./job-table.ts";

test("a long status leaves room for the other columns", () => {
  const story = Story.of({ id: "a", onError: "stop" }).play("claimed a");
  const info = jobInfo(story.group, story.job("a"), { at: story.at });
  const why = "ENOSPC: no space left on device, write '/backup/photos/2026/11/20/0001.raw'";
  const stopped = { ...info, status: "paused", "io-status": "nospace", "last-error": why } as const;
  const waiting = { ...stopped, "waiting-for": { what: "resume" } } as const;
  const [head = "", row = ""] = jobTable([waiting], { nowMs: story.at, columns: 80 });
  expect(row).toMatch(/^a +\w+ +paused: ENOSPC: no space left on device… /);
  expect(head.indexOf("NOTE")).toBeLessThan(80);
  expect(row).toHaveLength(80);
});
