/**
 * The commit: one atomic record in a group's log, and our wire contract. Commits of a group are
 * dense in `rev` and chained: `prev` is the SHA-256 of the previous commit's exact bytes.
 *
 * Unknown fields are ignored, so that an older program reads what a newer one wrote; an unknown
 * kind of event or a higher `v` cannot be ignored and is an error with code `newer`.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { kinds, type Fact } from "./fact.ts";
import { jobPatch } from "./patch-schema.ts";
import { statuses } from "./status.ts";

export const commitVersion = 1;
/**
 * The rules by which the statecharts decide; a commit that was decided by others says so. Raise it,
 * and write it, when they make other facts of an input than they did.
 */
export const modelVersion = 1;
export const commitBytesMax = 512 * 1024;

export interface Cause {
  /** The command's or report's id. */
  readonly id: string;
  readonly verb: string;
  readonly by: string;
  readonly note?: string;
  /** The trace that the request is part of: W3C Trace Context. */
  readonly traceparent?: string;
  /** The digest of the request's body: the same id with another one is another request. */
  readonly digest: string;
}

export interface Commit {
  readonly v: number;
  /** The rules that decided it; absent: 1. They are not needed to read it. */
  readonly model?: number;
  readonly gid: string;
  readonly rev: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly cause: Cause;
  readonly events: readonly Fact[];
  /** Absent in the commit of rev 1. */
  readonly prev?: string;
}

export type CommitErrorCode = "newer" | "corrupt";

export class CommitError extends Error {
  override readonly name = "CommitError";
  readonly code: CommitErrorCode;
  constructor(code: CommitErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const prunedJob = z.object({
  id: z.string(),
  uid: z.string(),
  type: z.string(),
  outcome: z.enum(["success", "failed", "cancelled"]).nullable(),
  error: z.string().optional(),
  attempt: z.number(),
  activeMs: z.number(),
  createdAt: z.number(),
  endedAt: z.number().nullable(),
});

const fact = z.object({
  job: z.string().optional(),
  uid: z.string().optional(),
  kind: z.enum(kinds),
  from: z.enum(statuses).optional(),
  to: z.enum(statuses).optional(),
  set: jobPatch.optional(),
  pruned: z.object({ at: z.number(), jobs: z.array(prunedJob) }).optional(),
});

const schema = z.object({
  v: z.literal(commitVersion),
  model: z.int().positive().optional(),
  gid: z.string(),
  rev: z.int().positive(),
  at: z.iso.datetime(),
  cause: z.object({
    id: z.string(),
    verb: z.string(),
    by: z.string(),
    note: z.string().optional(),
    traceparent: z.string().optional(),
    digest: z.string(),
  }),
  events: z.array(fact),
  prev: z.string().optional(),
});

/** The chain's link: what the next commit names as `prev`. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function encode(commit: Commit): string {
  return JSON.stringify(commit);
}

/** Why a commit may not be written: nobody could read it again. Undefined when all could. */
export function whyUnreadable(commit: Commit): string | undefined {
  const { error } = schema.safeParse(commit);
  return error && z.prettifyError(error).replaceAll("\n", " ");
}

/** Reads a commit; fails with CommitError `newer` or `corrupt`, `where` naming its place. */
export function decode(text: string, where: string): Commit {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CommitError("corrupt", `${where}: not JSON`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data as Commit;
  const newer = whatIsNewer(value);
  if (newer !== undefined) {
    throw new CommitError("newer", `${where}: ${newer}: a newer jobchart wrote it, use that one`);
  }
  throw new CommitError("corrupt", `${where}: ${z.prettifyError(parsed.error)}`);
}

/** How far a group's log was read. */
export interface ReadSoFar {
  readonly gid: string;
  readonly rev: number;
  /** The digest of the last commit's bytes; null before the first. */
  readonly head: string | null;
}

/** Whether it is a summary of its group, before which nothing need be there any more. */
export function isSummary({ rev, events }: Commit): boolean {
  return rev > 1 && events.length === 1 && events[0]?.pruned !== undefined;
}

/** As isSummary, of a commit's text; false of what cannot be read. */
export function isSummaryText(text: string): boolean {
  // Most are none, and few of those say so.
  if (!text.includes('"kind":"pruned"')) return false;
  try {
    return isSummary(decode(text, "commit"));
  } catch {
    return false;
  }
}

/**
 * Fails with CommitError `corrupt` unless the commit is the next of that group, or the summary of a
 * group that was pruned while this reader was behind.
 */
export function expectNext({ gid, rev, head }: ReadSoFar, commit: Commit, where: string): void {
  if (commit.gid !== gid) {
    throw new CommitError("corrupt", `${where}: found a commit of group ${commit.gid}`);
  }
  if (commit.rev > rev + 1 && isSummary(commit)) return;
  if (commit.rev !== rev + 1) {
    throw new CommitError("corrupt", `${where}: found rev ${commit.rev}`);
  }
  if ((commit.prev ?? null) !== head) {
    const found = `found prev ${commit.prev ?? "nothing"}, expected ${head ?? "nothing"}`;
    throw new CommitError("corrupt", `${where}: the chain is broken: ${found}`);
  }
}

function whatIsNewer(value: unknown): string | undefined {
  const { v, events } = (value ?? {}) as { v?: unknown; events?: unknown };
  if (typeof v === "number" && v > commitVersion) return `version ${v}, this is ${commitVersion}`;
  if (!Array.isArray(events)) return undefined;
  const known: readonly unknown[] = kinds;
  const unknown = (events as { kind?: unknown }[]).find(
    (event) => typeof event?.kind === "string" && !known.includes(event.kind),
  );
  return unknown && `unknown kind of event '${String(unknown.kind)}'`;
}
