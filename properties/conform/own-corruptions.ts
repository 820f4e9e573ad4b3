/**
 * What somebody may do to an exported log who can mend its chain: one commit changed, and where and
 * how it must show. The stories are those of own-log.ts.
 */
import type { Commit } from "../../machines/commit.ts";
import { cause, event, events, setting } from "./own-edit.ts";
import { commitsOf, mirrorStory, pairStory } from "./own-log.ts";

/** The commits of both stories, one after the other. */
export const both = [...commitsOf(pairStory()), ...commitsOf(mirrorStory())];

/** What somebody did to the log: from the commits of both groups others, and where it must show. */
export interface Corruption {
  readonly what: string;
  readonly said: string;
  /** The commit of `both` that is touched, by its group and rev. */
  readonly at: readonly [gid: "a" | "b", rev: number];
  readonly change: (commit: Commit) => Commit;
}

export function place([gid, rev]: Corruption["at"]): number {
  const index = both.findIndex((commit) => commit.gid[1] === gid && commit.rev === rev);
  if (index === -1) throw new Error(`no rev ${rev} in group ${gid}`);
  return index;
}

export function verbAt(verb: string, nth = 1, gid: "a" | "b" = "a"): Corruption["at"] {
  const found = both.filter((commit) => commit.gid[1] === gid && commit.cause.verb === verb);
  const rev = found[nth - 1]?.rev;
  if (rev === undefined) throw new Error(`no ${verb} in group ${gid}`);
  return [gid, rev];
}

const [wasUid = "", otherUid = ""] = pairStory().group.jobs.map(({ uid }) => uid);
const claim = { session: "s9", worker: "w9", host: "h9" };

export const corruptions: readonly Corruption[] = [
  {
    what: "a status is one that cannot follow",
    at: verbAt("claimed"),
    change: event(0, (fact) => ({ ...fact, to: "waiting" })),
    said: "no job goes from created to waiting",
  },
  {
    what: "a status is a legal one, but not what was asked",
    at: verbAt("finished"),
    change: event(0, (fact) => ({ ...fact, to: "aborting", set: { error: "no" } })),
    said: "is not what the lifecycle makes of the request",
  },
  {
    what: "a status change begins where the job was not",
    at: verbAt("paused"),
    change: event(0, (fact) => ({ ...fact, from: "ready", to: "standby" })),
    said: "job a was running, not ready",
  },
  {
    what: "a progress that was counted is another",
    at: verbAt("paused"),
    change: setting(0, { activeMs: 7 }),
    said: "activeMs is 7, it would be 4000",
  },
  {
    what: "a speed is another than was asked for",
    at: verbAt("set-speed"),
    change: setting(0, { speed: 7 }),
    said: "another request than the digest",
  },
  {
    what: "a speed is none",
    at: verbAt("set-speed"),
    change: setting(0, { speed: -1 }),
    said: "Parameter 'speed' expects a non-negative value",
  },
  {
    what: "a change is another than was asked for",
    at: verbAt("change"),
    change: setting(0, { changed: { mode: "slow" } }),
    said: "another request than the digest",
  },
  {
    what: "a cursor is another than was reported",
    at: verbAt("progress"),
    change: setting(0, { cursor: { at: 6 } }),
    said: "another request than the digest",
  },
  {
    what: "a result is another than was reported",
    at: verbAt("finished"),
    change: setting(0, { result: { files: 4 } }),
    said: "another request than the digest",
  },
  {
    what: "an epoch is used again",
    at: verbAt("claimed", 3),
    change: setting(0, { epoch: 1 }),
    said: "the next epoch is 2, not 1",
  },
  {
    what: "an epoch is passed over",
    at: verbAt("claimed", 3),
    change: setting(0, { epoch: 3 }),
    said: "the next epoch is 2, not 3",
  },
  {
    what: "a claim has no holder",
    at: verbAt("claimed", 3),
    change: setting(0, { claim: null }),
    said: "do not tell of any 'claimed'",
  },
  {
    what: "a claim has another epoch's host",
    at: verbAt("claimed"),
    change: setting(0, { claim }),
    said: "host is h1, it would be h9",
  },
  {
    what: "a vote is of another epoch",
    at: verbAt("prepared"),
    change: setting(0, { vote: 2 }),
    said: "vote is 2, it would be 1",
  },
  {
    what: "a vote is withdrawn",
    at: verbAt("prepared"),
    change: setting(0, { vote: null }),
    said: "vote is null, it would be 1",
  },
  {
    what: "a decision is flipped",
    at: verbAt("prepared", 2),
    change: setting(1, { decision: "abort" }),
    said: "decision is abort, it would be commit",
  },
  {
    what: "a decision is missing",
    at: verbAt("prepared", 2),
    change: events((facts) => facts.slice(0, 1)),
    said: "event 2 of the commit is missing: all: deci",
  },
  {
    what: "a decision comes too early",
    at: verbAt("prepared"),
    change: events((facts) => [...facts, { kind: "decision", set: { decision: "commit" } }]),
    said: "event 2 of the commit is one too many: all: deci",
  },
  {
    what: "a decision is one member's alone",
    at: verbAt("prepared", 2),
    change: event(1, (fact) => ({ ...fact, job: "b", uid: otherUid })),
    said: "is not what the lifecycle makes of the request",
  },
  {
    what: "the events of a commit are in another order",
    at: verbAt("finished", 2),
    change: events(([first, b, a, ...rest]) => [first, a, b, ...rest].filter((one) => !!one)),
    said: "in another order from event 2",
  },
  {
    what: "one member is forgotten when all become pending",
    at: verbAt("finished", 2),
    change: events((facts) => facts.toSpliced(2, 1)),
    said: "event 3 of the commit is missing: a: waiting → pending",
  },
  {
    what: "an event is there twice",
    at: verbAt("pause"),
    change: events((facts) => facts.flatMap((fact) => [fact, fact])),
    said: "event 2 of the commit is one too many",
  },
  {
    what: "a commit has no events",
    at: verbAt("pause"),
    change: events(() => []),
    said: "event 1 of the commit is missing: a: ",
  },
  {
    what: "an event is another job's",
    at: verbAt("pause"),
    change: event(0, (fact) => ({ ...fact, job: "b", uid: otherUid })),
    said: "another request than the digest",
  },
  {
    what: "an event is of no job of the group",
    at: verbAt("pause"),
    change: event(0, (fact) => ({ ...fact, uid: "gzzzzzzzzzzzzzzzz-1" })),
    said: "is no job of group gaaaaaaaaaaaaaaaa",
  },
  {
    what: "a job's name is another",
    at: verbAt("pause"),
    change: event(0, (fact) => ({ ...fact, job: "c" })),
    said: "job is c, it would be a",
  },
  {
    what: "a job is created again",
    at: verbAt("pause"),
    change: event(0, () => ({
      job: "a",
      uid: wasUid,
      kind: "status",
      from: "undefined",
      to: "created",
    })),
    said: "a job is created once",
  },
  {
    what: "an outcome is another than was decided",
    at: verbAt("cleaned"),
    change: setting(1, { outcome: "failed" }),
    said: "outcome is failed, it would be success",
  },
  {
    what: "the creator is another than who asked",
    at: verbAt("create"),
    change: setting(0, { by: "eve@host" }),
    said: "by is eve@host, it would be user@host",
  },
  {
    what: "a member is created with more than was asked",
    at: verbAt("create"),
    change: setting(1, { epoch: 4 }),
    said: "epoch is 4, it would be nothing",
  },
  {
    what: "the verb is another, whose facts would be the same",
    at: verbAt("resume"),
    change: cause({ verb: "pause" }),
    said: "Job is already paused",
  },
  {
    what: "the digest is of another request",
    at: verbAt("resume"),
    change: cause({ digest: "0123456789abcdef" }),
    said: "another request than the digest",
  },
  {
    what: "a note is in the cause, and not on record",
    at: verbAt("resume"),
    change: cause({ note: "by hand" }),
    said: "note is nothing, it would be by hand",
  },
  {
    what: "an id is used for a second request",
    at: verbAt("complete", 2, "b"),
    change: cause({ id: "c5" }),
    said: "is the answer to 'c5' already",
  },
  {
    what: "the clock of a commit is another",
    at: verbAt("resumed"),
    change: (commit) => ({ ...commit, at: "2025-11-20T07:00:00.000Z" }),
    said: "activeSince is",
  },
  {
    what: "a cancel is softer than it was",
    at: verbAt("cancel", 1, "b"),
    change: events(([first]) => [{ ...first, kind: "wish", set: { cancel: "soft" } }]),
    said: "cancel m",
  },
  {
    what: "an error says that another member is to blame",
    at: verbAt("cancel", 1, "b"),
    change: setting(2, { cancelledBy: "gbbbbbbbbbbbbbbbb-2" }),
    said: "cancelledBy is gbbbbbbbbbbbbbbbb-2, it would be gbbbbbbbbbbbbbbbb-1",
  },
  {
    what: "the error of a cancelled member is its own",
    at: verbAt("failed", 1, "b"),
    change: setting(0, { error: "disk" }),
    said: "error is disk, it would be Operation canceled",
  },
  {
    what: "a failed step is tried again sooner",
    at: verbAt("step-failed"),
    change: setting(0, { stuck: { step: "clean", error: "it broke", tries: 1, retryAt: 0 } }),
    said: "stuck.retryAt is 1970-01-01T00:00:00.000Z, it would be 20",
  },
  {
    what: "a status is none that there is",
    at: verbAt("paused"),
    change: event(0, (fact) => ({ ...fact, to: "asleep" as "paused" })),
    said: "the line is no commit of this format",
  },
];
