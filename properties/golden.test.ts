/**
 * The golden logs: one of every release, written by it and never again touched. Today's program
 * must read each of them and come to the statuses and outcomes that were recorded with it.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { kinds } from "../machines/fact.ts";
import { Ledger } from "../machines/ledger.ts";
import type { Job, Pruned } from "../machines/record.ts";
import { statuses, type Status } from "../machines/status.ts";

interface Recorded {
  readonly rev: number;
  readonly voided: boolean;
  /** By id: every status in order, and how the job ended. */
  readonly jobs: Readonly<Record<string, { readonly path: string } & Partial<Job>>>;
  /** What is left of the group. */
  readonly pruned?: Pruned;
}

function textOf(name: string): string {
  return readFileSync(new URL(`golden/${name}`, import.meta.url), "utf8");
}

class Reading {
  readonly ledgers = new Map<string, Ledger>();
  readonly paths = new Map<string, readonly Status[]>();
  readonly kinds = new Set<string>();

  constructor(commits: readonly string[]) {
    for (const text of commits) this.#read(text);
  }

  #read(text: string): void {
    const { gid } = JSON.parse(text) as { gid: string };
    const ledger = this.ledgers.get(gid) ?? new Ledger(gid);
    this.ledgers.set(gid, ledger);
    for (const { uid = "", kind, to } of ledger.read(text).events) {
      this.kinds.add(kind);
      if (to !== undefined) this.paths.set(uid, [...(this.paths.get(uid) ?? []), to]);
    }
  }

  /** What was recorded, as it is found now. */
  found(gid: string, { jobs }: Recorded): Recorded {
    const ledger = this.ledgers.get(gid) ?? new Ledger(gid);
    const found = ledger.group.jobs.map((job) => {
      const { path: _path, ...fields } = jobs[job.id] ?? { path: "" };
      const asked = Object.keys(fields).map((field) => [field, job[field as keyof Job]]);
      const path = this.paths.get(job.uid)?.join(" ") ?? "";
      return [job.id, { path, ...Object.fromEntries(asked) }];
    });
    const { voided, pruned } = ledger.group;
    const left = pruned === undefined ? {} : { pruned };
    return { rev: ledger.rev, voided, jobs: Object.fromEntries(found), ...left };
  }
}

const releases = ["v1", "v1-pruned"];

test.each(releases)("the log of %s loads, chains, and folds to what was recorded", (release) => {
  const [header = "", ...commits] = textOf(`${release}.jsonl`).trimEnd().split("\n");
  const head = { format: "jobchart-log", version: 1, commits: commits.length };
  expect(JSON.parse(header)).toMatchObject(head);

  const recorded = JSON.parse(textOf(`${release}.expected.json`)) as Record<string, Recorded>;
  const reading = new Reading(commits);
  expect([...reading.ledgers.keys()].toSorted()).toEqual(Object.keys(recorded).toSorted());
  for (const [gid, group] of Object.entries(recorded)) {
    expect(reading.found(gid, group)).toEqual(group);
  }
});

test("the logs hold every kind of fact and every status", () => {
  const readings = releases.map(
    (release) => new Reading(textOf(`${release}.jsonl`).trimEnd().split("\n").slice(1)),
  );
  const found = new Set(readings.flatMap((reading) => [...reading.kinds]));
  expect([...found].toSorted()).toEqual([...kinds].toSorted());
  const shown = statuses.filter((status) => status !== "undefined");
  const paths = readings.flatMap((reading) => [...reading.paths.values()].flat());
  expect(new Set(paths)).toEqual(new Set(shown));
});
