/**
 * The view of a node, asked from afar; as of a moment when one is given.
 */
import type { Moment } from "../projections/as-of.ts";
import type { GroupInfo } from "../projections/groups.ts";
import type { JobInfo } from "../projections/job-info.ts";
import type { Stats } from "../projections/stats.ts";
import type { View } from "../projections/view.ts";
import { unexpected, type NodeLine } from "./node-line.ts";
import { jsonMessage } from "./reply.ts";
import { querySubject } from "./subjects.ts";

export function farView(line: NodeLine, at: Moment | undefined): View {
  const query = <T>(name: string, body: object = {}): Promise<T> =>
    line.ask<T>(
      querySubject(name),
      jsonMessage(at === undefined ? body : { ...body, at }),
      unexpected,
    );
  return {
    catchUp: () => query("position"),
    jobs: (filter = {}) => query("jobs", filter),
    byId: (id) => query("incarnations", { id }),
    byUid: async (uid) => (await query<JobInfo | null>("job", { uid })) ?? undefined,
    endedSince: (timeMs) => query("ended", { timeMs }),
    groups: (options = {}) => query("groups", options),
    group: async (gid) => (await query<GroupInfo | null>("group", { gid })) ?? undefined,
    stats: () => query<Stats>("stats"),
    asOf: async (moment) => farView(line, moment),
  };
}
