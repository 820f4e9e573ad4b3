/**
 * A group's row: its record, folded from its commits as far as they were read, and what is needed
 * to go on reading. Every commit is checked against the row before it is folded in: it must be the
 * next `rev`, and name the last one's digest. Nothing is ever renumbered or left out.
 */
import type { Position, Row, Stored } from "../bus/bus.ts";
import {
  CommitError,
  decode,
  digestOf,
  expectNext,
  isSummaryText,
  type Commit,
} from "../machines/commit.ts";
import { evolve } from "../machines/evolve.ts";
import { blankJob, emptyGroup, type Group, type Job } from "../machines/record.ts";
import { msOf, utcHour } from "./iso-time.ts";
import { stridesAfter, type Stride } from "./stall.ts";

export interface GroupRow {
  readonly group: Group;
  readonly rev: number;
  /** The digest of the last commit's bytes; null before the first. */
  readonly head: string | null;
  /** Of the first commit: the row's place in "newest first". */
  readonly first: Position;
  /** Of the last commit that was seen. */
  readonly last: Position;
  /** The time of the last commit that was read, RFC 3339. */
  readonly at: string | null;
  /** When the members moved on, in their order. */
  readonly strides: readonly Stride[];
  /** How often a worker was lost, in the commits that were folded in. */
  readonly losses: number;
  /** Why the commits after `rev` are not folded in: this program is too old for them. */
  readonly newer: string | null;
}

/** The row before the group's first commit, which stands at `first`. */
export function emptyRow(gid: string, first: Position): GroupRow {
  const group = emptyGroup(gid);
  const blank = { rev: 0, head: null, at: null, strides: [], losses: 0, newer: null };
  return { group, first, last: first, ...blank };
}

export interface ReadOn {
  readonly row: GroupRow;
  /** Absent when the commit could not be read because a newer program wrote it. */
  readonly commit?: Commit;
}

/** The row after its next commit. Fails with CommitError `corrupt` when it is not the next one. */
export function readOn(row: GroupRow, { position, text }: Stored): ReadOn {
  if (row.newer !== null && !isSummaryText(text)) return { row: { ...row, last: position } };
  const where = `group ${row.group.gid} rev ${row.rev + 1} at position ${position}`;
  try {
    const commit = decode(text, where);
    expectNext({ ...row, gid: row.group.gid }, commit, where);
    const group = commit.events.reduce(evolve, row.group);
    const { rev, at, events } = commit;
    const head = digestOf(text);
    // Whoever never saw what was before a summary makes the same row of it.
    if (group.pruned !== undefined) {
      return { row: { ...emptyRow(commit.gid, position), group, rev, head, at }, commit };
    }
    const losses = row.losses + events.filter(({ kind }) => kind === "lost").length;
    const strides = stridesAfter(row.strides, { before: row.group, after: group, at: msOf(at) });
    return { row: { ...row, group, rev, head, last: position, at, strides, losses }, commit };
  } catch (error) {
    if (!(error instanceof CommitError) || error.code !== "newer") throw error;
    return { row: { ...row, last: position, newer: error.message } };
  }
}

/** Whether this commit is the one that the row was last made of. */
export function endsWith({ last, head, newer }: GroupRow, { position, text }: Stored): boolean {
  return last === position && (newer !== null || head === digestOf(text));
}

/** The row as it stands on the shelf. A job is written as what distinguishes it from a blank one. */
export function toRow(row: GroupRow): Row {
  const { group, ...rest } = row;
  const { gid, jobs, ...more } = group;
  const text = JSON.stringify({ ...rest, ...more, jobs: jobs.map(distinct) });
  return { key: gid, order: row.first, tags: tagsOf(row), text };
}

export function fromRow({ key, text }: Row): GroupRow {
  const { voided, pruned, jobs, ...rest } = JSON.parse(text) as Omit<GroupRow, "group"> &
    Omit<Group, "jobs"> & { readonly jobs: readonly Partial<Job>[] };
  const group = { gid: key, voided, jobs: jobs.map(whole), ...(pruned && { pruned }) };
  return { ...rest, group };
}

function distinct(job: Job): Partial<Job> {
  return Object.fromEntries(
    Object.entries(job).filter(([field, value]) => value !== blankJob[field as keyof Job]),
  );
}

function whole(job: Partial<Job>): Job {
  return { ...blankJob, ...job };
}

export const everyTag = "every";
export const openTag = "open";

export function idTag(id: string): string {
  return `id:${id}`;
}

/** Of the groups with a member that ended in the UTC hour of `ms`. */
export function endedTag(ms: number): string {
  return `ended:${utcHour(ms)}`;
}

function tagsOf({ group: { jobs } }: GroupRow): readonly string[] {
  if (jobs.length === 0) return [];
  const tags = new Set([everyTag]);
  if (jobs.some(({ status }) => status !== "null")) tags.add(openTag);
  for (const { id, endedAt } of jobs) {
    tags.add(idTag(id));
    if (endedAt !== null) tags.add(endedTag(endedAt));
  }
  return [...tags];
}
