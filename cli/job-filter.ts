/** The options by which commands choose jobs, and the filter that they make. */
import { statuses } from "../machines/status.ts";
import type { JobFilter } from "../projections/view.ts";
import type { Call } from "./call.ts";
import { choiceOf } from "./choice.ts";
import { textAssignments } from "./job-arguments.ts";
import type { Options } from "./options.ts";

/** What a job shows: `undefined` is only where it comes from. */
export const visibleStatuses = statuses.filter((status) => status !== "undefined");

export const filterOptions: Options = {
  status: { value: "STATUS", values: visibleStatuses, about: "only jobs in that status" },
  type: { value: "TYPE", about: "only jobs of that type" },
  label: { value: "NAME=TEXT", many: true, about: "only jobs with all these labels" },
};

/** Whether the call chooses jobs by what they are. */
export function isFiltered(call: Call): boolean {
  return Object.keys(filterOptions).some((name) => call.flag(name));
}

/** Fails with UsageError. */
export function filterOf(call: Call): JobFilter {
  const status = call.text("status");
  const type = call.text("type");
  const labels = call.texts("label");
  return {
    ...(status === undefined ? {} : { status: choiceOf(status, visibleStatuses, "--status") }),
    ...(type === undefined ? {} : { type }),
    ...(labels.length === 0 ? {} : { labels: textAssignments(labels, "--label") }),
  };
}
