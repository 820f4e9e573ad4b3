/**
 * The log as an array; a commit's position is its place in it, counted from 1.
 */
import { Bell } from "../bell.ts";
import type { Log, Stored } from "../bus.ts";
import { expectNextRev } from "../conflict.ts";
import { followOn, readToEnd } from "../follow.ts";
import type { Lifetime } from "../lifetime.ts";

const batchRows = 1000;

export function memoryLog(life: Lifetime): Log {
  const commits: Stored[] = [];
  const groups = new Map<string, Stored[]>();
  const appended = new Bell();

  const next = async (after: number) => {
    life.assertOpen();
    return commits.slice(after, after + batchRows);
  };

  return {
    async append(gid, rev, text) {
      life.assertOpen();
      const group = groups.get(gid) ?? [];
      expectNextRev(gid, rev, group.length);
      const stored: Stored = { position: commits.length + 1, gid, rev, text };
      commits.push(stored);
      group.push(stored);
      groups.set(gid, group);
      appended.ring();
      return stored.position;
    },
    async read(gid, after = 0) {
      life.assertOpen();
      return groups.get(gid)?.slice(after) ?? [];
    },
    readAll: (after = 0) => readToEnd(next, after),
    follow: (after, signal) =>
      followOn(next, appended, after, AbortSignal.any([signal, life.closing])),
    async head() {
      life.assertOpen();
      return commits.length;
    },
  };
}
