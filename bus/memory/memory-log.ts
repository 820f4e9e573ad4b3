/**
 * The log as an array; a commit's position is its place among all that were ever appended, from 1.
 */
import { Bell } from "../bell.ts";
import type { Log, Stored } from "../bus.ts";
import { expectLastRev } from "../conflict.ts";
import { followOn, indexAfter, readToEnd } from "../follow.ts";
import type { Lifetime } from "../lifetime.ts";

const batchRows = 1000;

export function memoryLog(life: Lifetime): Log {
  let commits: Stored[] = [];
  let head = 0;
  const groups = new Map<string, Stored[]>();
  const appended = new Bell();

  const next = async (after: number) => {
    life.assertOpen();
    const from = indexAfter(commits, after);
    return commits.slice(from, from + batchRows);
  };

  return {
    async append(gid, rev, text, last = rev - 1) {
      life.assertOpen();
      const group = groups.get(gid) ?? [];
      expectLastRev(gid, last, group.at(-1)?.rev ?? 0);
      head += 1;
      const stored: Stored = { position: head, gid, rev, text };
      commits.push(stored);
      group.push(stored);
      groups.set(gid, group);
      appended.ring();
      return head;
    },
    async read(gid, after = 0) {
      life.assertOpen();
      return groups.get(gid)?.filter(({ rev }) => rev > after) ?? [];
    },
    readAll: (after = 0) => readToEnd(next, after),
    follow: (after, signal) =>
      followOn(next, appended, after, AbortSignal.any([signal, life.closing])),
    async head() {
      life.assertOpen();
      return head;
    },
    async forget(gid, position) {
      life.assertOpen();
      const group = groups.get(gid) ?? [];
      const left = group.filter((each) => each.position >= position || each === group.at(-1));
      groups.set(gid, left);
      commits = commits.filter((each) => each.gid !== gid || left.includes(each));
    },
  };
}
