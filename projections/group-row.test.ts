import { expect, test } from "vitest";
import type { Stored } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import { CommitError } from "../machines/commit.ts";
import { canonical } from "../machines/json.ts";
import { emptyRow, endsWith, fromRow, readOn, toRow } from "./group-row.ts";
import { appendRandomLives } from "./random-lives.ts";

async function commitsOfOneGroup(): Promise<readonly [Stored, Stored, ...Stored[]]> {
  await using bus = openMemoryBus({ world: realWorld });
  const [ledger] = await appendRandomLives(bus.log, { seed: 4, groups: 1, commitsMax: 400 });
  const [one, two, ...rest] = await bus.log.read(ledger?.gid ?? "");
  if (one === undefined || two === undefined) throw new Error("expected two commits");
  return [one, two, ...rest];
}

function rowAfter(commits: readonly Stored[]) {
  const [{ gid, position } = { gid: "", position: 0 }] = commits;
  return commits.reduce((row, stored) => readOn(row, stored).row, emptyRow(gid, position));
}

function failure(work: () => unknown): CommitError {
  try {
    work();
  } catch (error) {
    if (error instanceof CommitError) return error;
  }
  throw new Error("expected a CommitError");
}

test("a row is the same after it stood on the shelf", async () => {
  const commits = await commitsOfOneGroup();
  for (let length = 1; length <= commits.length; length += 1) {
    const row = rowAfter(commits.slice(0, length));
    expect(canonical(fromRow(toRow(row)))).toBe(canonical(row));
  }
});

test("a row knows its place, its rev and its last commit", async () => {
  const commits = await commitsOfOneGroup();
  const row = rowAfter(commits);
  const last = commits.at(-1);
  expect(row).toMatchObject({ first: 1, last: last?.position, rev: commits.length, newer: null });
  expect(last && endsWith(row, last)).toBe(true);
  expect(last && endsWith(row, { ...last, text: `${last.text} ` })).toBe(false);
  expect(endsWith(row, commits[0])).toBe(false);
});

test("a gap is refused with the group and the place", async () => {
  const [one, , three] = await commitsOfOneGroup();
  const error = failure(() => three && readOn(rowAfter([one]), three));
  expect(error.code).toBe("corrupt");
  expect(error.message).toBe(`group ${one.gid} rev 2 at position 3: found rev 3`);
});

test("a broken chain is refused with the group and the place", async () => {
  const [one, two] = await commitsOfOneGroup();
  const altered = { ...one, text: one.text.replace('"create"', '"cReate"') };
  const error = failure(() => readOn(rowAfter([altered]), two));
  expect(error.code).toBe("corrupt");
  expect(error.message).toContain(`group ${one.gid} rev 2 at position 2: the chain is broken`);
});

test("a commit of another group is refused", async () => {
  const [one] = await commitsOfOneGroup();
  const error = failure(() => readOn(emptyRow("gbbbbbbbbbbbbbbbb", 1), one));
  expect(error.message).toContain(`found a commit of group ${one.gid}`);
});

test.each([
  ["a newer version", (text: string) => text.replace('"v":1', '"v":2'), "version 2"],
  [
    "an unknown kind of event",
    (text: string) => text.replace('"kind":"', '"kind":"super-'),
    "unknown kind of event",
  ],
])("%s leaves the row as last known, and flagged from there on", async (_what, change, why) => {
  const [one, two, three] = await commitsOfOneGroup();
  const before = rowAfter([one]);
  const { row, commit } = readOn(before, { ...two, text: change(two.text) });
  expect(commit).toBeUndefined();
  expect(row).toEqual({ ...before, last: 2, newer: expect.stringContaining(why) });
  const { row: later } = readOn(row, three ?? two);
  expect(later).toEqual({ ...row, last: 3 });
});

test("a summary ends what could not be read, and is the same row for who read it alone", async () => {
  const [one, two] = await commitsOfOneGroup();
  const { row } = readOn(rowAfter([one]), { ...two, text: two.text.replace('"v":1', '"v":2') });
  const pruned = { at: 1, jobs: [] };
  const said = {
    ...(JSON.parse(two.text) as object),
    rev: 9,
    events: [{ kind: "pruned", pruned }],
  };
  const summary = { ...two, position: 9, rev: 9, text: JSON.stringify(said) };
  const { row: read } = readOn(row, summary);
  expect(read).toMatchObject({ newer: null, first: 9, group: { jobs: [], pruned } });
  expect(readOn(emptyRow(one.gid, 9), summary).row).toEqual(read);
  expect(toRow(read).tags).toEqual([]);
  expect(fromRow(toRow(read))).toEqual(read);
});

test("a row is found as open, by the ids of its members, and by the hours that they ended in", async () => {
  const tags = (await commitsOfOneGroup()).map((_each, n, all) => {
    const row = rowAfter(all.slice(0, n + 1));
    const { jobs } = row.group;
    const hours = jobs.flatMap(({ endedAt }) =>
      endedAt === null ? [] : [`ended:${new Date(endedAt).toISOString().slice(0, 13)}`],
    );
    const expected = new Set([...jobs.map(({ id }) => `id:${id}`), ...hours, "every"]);
    if (jobs.some(({ status }) => status !== "null")) expected.add("open");
    expect(new Set(toRow(row).tags)).toEqual(expected);
    return toRow(row).tags.join(" ");
  });
  expect(tags[0]).toMatch(/^every open id:/);
  expect(tags.at(-1)).toMatch(/ended:2026-11-2\dT\d\d/);
});
