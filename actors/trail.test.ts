import { expect, test } from "vitest";
import type { Stored } from "../bus/bus.ts";
import { encode, type Commit } from "../machines/commit.ts";
import { Trail } from "./trail.ts";
import { WentBack } from "./went-back.ts";

const commit = (position: number, by = "one", gid = "g"): Stored => {
  const cause = { id: `c${position}`, verb: "pause", by, digest: "d" };
  const said: Commit = {
    v: 1,
    gid,
    rev: position,
    at: "2026-01-01T00:00:00.000Z",
    cause,
    events: [],
  };
  return { position, gid, rev: position, text: encode(said) };
};

/** A log of these commits, and the trail of somebody who has followed it to its end. */
function followed(...commits: readonly Stored[]): { trail: Trail; log: Stored[] } {
  const log = [...commits];
  const trail = new Trail({
    read: async (gid) => log.filter((stored) => stored.gid === gid),
    async *readAll(after = 0) {
      yield log.filter(({ position }) => position > after);
    },
  });
  for (const each of commits) trail.add(each);
  return { trail, log };
}

test("holds as long as the log only grows", async () => {
  const { trail, log } = followed(commit(1), commit(5));
  await trail.check();
  expect(trail.hasMoved).toBe(false);
  log.push(commit(7));
  trail.add(commit(7));
  expect(trail.hasMoved).toBe(true);
  await trail.check();
});

test("ends where the log has lost its end", async () => {
  const { trail, log } = followed(commit(1), commit(2));
  log.pop();
  await expect(trail.check()).rejects.toThrow(WentBack);
});

test("ends where a position was given again", async () => {
  const { trail, log } = followed(commit(1), commit(2), commit(3));
  log.splice(1, 2, commit(2, "another"), commit(3));
  await expect(trail.check()).rejects.toThrow(WentBack);
});

test("ends where a position was left out when the log went on", async () => {
  const { trail, log } = followed(commit(1), commit(2), commit(3, "one", "other"));
  log.splice(1, 1);
  await expect(trail.check()).rejects.toThrow(WentBack);
});

test("remembers the last commit of the check before", async () => {
  const { trail, log } = followed(commit(1));
  await trail.check();
  log.splice(0, 1, commit(1, "another"), commit(2));
  trail.add(commit(2));
  await expect(trail.check()).rejects.toThrow(WentBack);
});

test("remembers what it could not check", async () => {
  const { trail, log } = followed(commit(1), commit(2));
  const all = log.splice(0, 2);
  await expect(trail.check()).rejects.toThrow(WentBack);
  log.push(...all);
  await trail.check();
  log.splice(1, 1, commit(2, "another"));
  await expect(trail.check()).rejects.toThrow(WentBack);
});

test("goes on when a whole group was purged behind the newest commit", async () => {
  const { trail, log } = followed(commit(1, "one", "over"), commit(2, "one", "over"), commit(3));
  log.splice(0, 2);
  await expect(trail.check()).resolves.toBeUndefined();
});

test("goes on when one place cannot be read any more", async () => {
  const { trail, log } = followed(commit(1), commit(2));
  log.splice(0, 1, { ...commit(1), text: commit(1).text.slice(0, 20) });
  await expect(trail.check()).resolves.toBeUndefined();
});

/** A summary of what was followed up to `position`. */
const summary = (position: number): Stored => {
  const said = JSON.parse(commit(position).text) as Commit;
  const events = [{ kind: "pruned" as const, pruned: { at: 1, jobs: [] } }];
  return { ...commit(position), text: encode({ ...said, events }) };
};

test("goes on when what was followed last has given way to a summary", async () => {
  const { trail, log } = followed(commit(1), commit(2));
  log.splice(0, 2, summary(3));
  await expect(trail.check()).resolves.toBeUndefined();
  trail.add(summary(3));
  await expect(trail.check()).resolves.toBeUndefined();
  log.splice(0, 1, commit(4));
  await expect(trail.check()).rejects.toThrow(WentBack);
});

test("ends where what was followed has given way to a summary of less", async () => {
  const { trail, log } = followed(commit(1), commit(2), commit(3));
  log.splice(0, 3, { ...summary(2), position: 4 });
  await expect(trail.check()).rejects.toThrow(WentBack);
});
