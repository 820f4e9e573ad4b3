import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { mayFollow, transitions, type Status } from "../../machines/status.ts";
import { keptRecordings, readRecording } from "../qemu/recordings.ts";
import type { Recorded } from "./corruption.ts";
import { messageOf } from "./qmp/message.ts";
import { Monitor } from "./qmp/monitor.ts";
import type { QemuVersion } from "./qmp/tables.ts";

interface StatusEvent {
  readonly id: string;
  readonly status: Status;
}

/** The line of the first event that cannot be; undefined when all can. */
function oddLine(log: readonly unknown[], version: QemuVersion = "10.0"): number | undefined {
  const monitor = Monitor.start(version);
  for (const [index, value] of log.entries()) {
    const message = messageOf(value);
    const odd = message && monitor.take({ line: index + 1, message });
    if (odd !== undefined) return odd.line;
  }
  return undefined;
}

function told(events: readonly StatusEvent[]): readonly unknown[] {
  return events.map((data) => ({ event: "JOB_STATUS_CHANGE", data }));
}

/** A life by the table: at each status one of those that may follow, for as long as wanted. */
const lifeArbitrary = fc.array(fc.nat(), { maxLength: 24 }).map((choices) => {
  const life: Status[] = ["created"];
  for (const choice of choices) {
    const last = life.at(-1) ?? "created";
    const next = last === "waiting" ? ["pending" as const] : transitions[last];
    const status = next.filter((each) => each !== last)[choice % Math.max(1, next.length)];
    if (status !== undefined) life.push(status);
  }
  return life;
});

/** Several of them, mixed; what comes in one breath is not torn apart. */
const lives = fc
  .record({
    lives: fc.array(lifeArbitrary, { minLength: 1, maxLength: 5 }),
    turns: fc.array(fc.nat(), { minLength: 1, maxLength: 150 }),
  })
  .map(({ lives, turns }) => {
    const left = lives.map((life, index) => life.map((status) => ({ id: `job-${index}`, status })));
    const mixed: StatusEvent[] = [];
    const take = (events: StatusEvent[]): void => {
      const event = events.shift();
      if (event !== undefined) mixed.push(event);
      if (event?.status === "waiting") take(events);
    };
    for (const turn of [0, ...turns]) take(left[turn % left.length] ?? []);
    return mixed;
  });

describe("status events alone", () => {
  test("of lives by the table conform, however mixed", () => {
    fc.assert(
      fc.property(lives, (events) => {
        expect(oddLine(told(events))).toBeUndefined();
      }),
    );
  });

  test("of which one was lost diverge just where the table is broken", () => {
    fc.assert(
      fc.property(lives, fc.nat(), (events, choice) => {
        const at = choice % events.length;
        const left = events.toSpliced(at, 1);
        expect(oddLine(told(left))).toBe(brokenBy(events, at));
      }),
    );
  });
});

/** The line at which it shows by the table that an event was lost; undefined when it cannot. */
function brokenBy(events: readonly StatusEvent[], at: number): number | undefined {
  const { id } = events[at] ?? {};
  const isOfJob = (event: StatusEvent): boolean => event.id === id;
  const before = events.slice(0, at).findLast(isOfJob);
  const next = events.findIndex((event, index) => index > at && isOfJob(event));
  const after = events[next];
  if (before === undefined || after === undefined) return undefined;
  return mayFollow(before.status, after.status) ? undefined : next;
}

const isStatus = ({ msg }: Recorded[number]): boolean => msg["event"] === "JOB_STATUS_CHANGE";
const isEvent = ({ msg }: Recorded[number]): boolean => "event" in msg;

/** What a client may have logged of it all. */
const views: Readonly<Record<string, (line: Recorded[number]) => boolean>> = {
  everything: () => true,
  "status events": isStatus,
  "all events": isEvent,
  "no BLOCK_JOB events": (line) => !isEvent(line) || isStatus(line),
  "no commands": ({ dir }) => dir !== "cmd",
  "no replies": (line) => line.dir !== "reply",
};

describe.each(Object.entries(views))("of the recordings, %s", (_name, isSeen) => {
  test("conform from any line on", () => {
    const odd = keptRecordings().flatMap((kept, index) => {
      const version = kept.version.startsWith("7.2") ? "7.2" : "10.0";
      const log = readRecording(kept).filter(isSeen);
      const starts = [0, ...[...log.keys()].filter((from) => (from + index) % 7 === 0)];
      return starts
        .filter((from) => oddLine(log.slice(from), version) !== undefined)
        .map((from) => `${kept.version}/${kept.name} from line ${from + 1}`);
    });
    expect(odd).toEqual([]);
  });
});
