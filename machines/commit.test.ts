/** The commit on the wire: what is read back, what is ignored, and what is refused with its place. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CommitError, decode, digestOf, encode, type Commit } from "./commit.ts";
import { jobPatch } from "./patch-schema.ts";
import { blankJob, type Job } from "./record.ts";

const commit: Commit = {
  v: 1,
  gid: "g",
  rev: 7,
  at: "2025-11-20T06:00:00.000Z",
  cause: { id: "c7", verb: "finished", by: "worker/w1", digest: "0123456789abcdef" },
  events: [{ job: "a", uid: "g-1", kind: "status", from: "running", to: "waiting" }],
  prev: digestOf("rev 6"),
};
const where = "group g rev 7";

/** Every field with a value that is not its blank one. */
const fullJob: Job = {
  ...blankJob,
  type: "copy",
  args: { from: "/a", deep: [{ to: null }] },
  group: "nightly",
  completion: "grouped",
  shape: { can: ["ready", "prepare"], place: "host", recover: "restart" },
  autoFinalize: false,
  autoDismiss: false,
  held: true,
  speed: 1,
  onError: "enospc",
  retry: { attempts: 2, backoffMs: 3, maxMs: 4 },
  notBefore: 5,
  timeoutMs: 6,
  deadline: 7,
  resources: [{ name: "disk", shared: false, limit: 2 }],
  onBusy: "wait",
  priority: 3,
  stallMs: 60_000,
  labels: { team: "a" },
  require: { gpu: "a100" },
  note: "by hand",
  by: "user@host",
  traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  userPaused: true,
  ioStatus: "nospace",
  cancel: "soft",
  cancelText: "Operation canceled",
  cancelledBy: "g-2",
  completing: true,
  changed: { mode: "fast" },
  epoch: 8,
  claim: { session: "s", worker: "w", host: "h" },
  host: "h",
  attempt: 9,
  losses: 10,
  retryAt: 11,
  lastError: "no",
  cursor: { chunk: 12 },
  progress: { current: 13, total: 14 },
  result: [1, "two", null],
  error: "it broke",
  outcome: "failed",
  finalizing: true,
  vote: 15,
  prepared: { hash: "x" },
  decision: "abort",
  done: "acted",
  stuck: { step: "clean", error: "no", tries: 16, retryAt: 17 },
  damage: "clean not done",
  createdAt: 18,
  startedAt: 19,
  activeSince: 20,
  activeMs: 21,
  endedAt: 22,
};

function errorOf(text: string): CommitError {
  try {
    decode(text, where);
  } catch (error) {
    if (error instanceof CommitError) return error;
    throw error;
  }
  throw new Error("it was read");
}

function variant(change: object): string {
  return JSON.stringify({ ...commit, ...change });
}

describe("a commit", () => {
  test("is read as it was written", () => {
    expect(decode(encode(commit), where)).toEqual(commit);
  });

  test("may hold everything that a job's record can", () => {
    const { id: _id, uid: _uid, status: _status, ...set } = fullJob;
    const unchanged = Object.entries(set).filter(
      ([field, value]) => JSON.stringify(value) === JSON.stringify(blankJob[field as keyof Job]),
    );
    expect(unchanged).toEqual([]);
    expect(Object.keys(jobPatch.shape).toSorted()).toEqual(Object.keys(set).toSorted());
    const full = { ...commit, events: [{ kind: "noted" as const, set }] };
    expect(decode(encode(full), where)).toEqual(full);
  });

  test("keeps any JSON that a driver or user gives", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const said = JSON.parse(JSON.stringify(value)) as never;
        const set = { result: said, cursor: said, prepared: said, args: { said } };
        const events = [{ kind: "noted" as const, set }];
        expect(decode(encode({ ...commit, events }), where).events).toEqual(events);
      }),
    );
  });

  test("keeps a key named like the prototype, wherever a user may put one", () => {
    const odd = JSON.parse('{"__proto__":"x","constructor":"y"}') as never;
    const set = { args: odd, labels: odd, changed: odd, result: { odd }, cursor: [odd] };
    const text = encode({ ...commit, events: [{ kind: "noted", set }] });
    expect(encode(decode(text, where)).length).toBe(text.length);
  });

  test("of a later program is read as far as this one knows it", () => {
    const [event] = commit.events;
    const set = { speed: 1, later: 1 };
    const later = variant({ later: 1, events: [{ ...event, later: 1, set }] });
    expect(decode(later, where)).toEqual({ ...commit, events: [{ ...event, set: { speed: 1 } }] });
  });
});

describe("a commit that cannot be read", () => {
  test.each([
    ["a higher version", { v: 2 }, "version 2, this is 1"],
    ["an unknown kind of event", { events: [{ kind: "moved" }] }, "unknown kind of event 'moved'"],
  ])("for %s is newer", (_name, change, text) => {
    const { code, message } = errorOf(variant(change));
    expect(code).toBe("newer");
    expect(message).toBe(`${where}: ${text}: a newer jobchart wrote it, use that one`);
  });

  test.each([
    ["is not JSON", '{"v":1,'],
    ["is null", "null"],
    ["is a list", "[]"],
    ["has no cause", variant({ cause: undefined })],
    ["has a version before the first", variant({ v: 0 })],
    ["has no whole rev", variant({ rev: 1.5 })],
    ["has a time that is none", variant({ at: "yesterday" })],
    [
      "sets a field to what it cannot be",
      variant({ events: [{ kind: "noted", set: { speed: "" } }] }),
    ],
    ["sets arguments that are none", variant({ events: [{ kind: "noted", set: { args: [] } }] })],
    [
      "has a label that is no text",
      variant({ events: [{ kind: "noted", set: { labels: { a: 1 } } }] }),
    ],
    ["moves to no status", variant({ events: [{ kind: "status", to: "done" }] })],
    ["has an event that is none", variant({ events: [null] })],
  ])("since it %s is corrupt, and the error names its place", (_name, text) => {
    const { code, message } = errorOf(text);
    expect(code).toBe("corrupt");
    expect(message.startsWith(`${where}: `)).toBe(true);
  });
});

test("the link of the chain is the digest of the exact bytes", () => {
  expect(digestOf("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
