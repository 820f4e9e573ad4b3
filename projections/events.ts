/**
 * Events: the status changes of all jobs, from a place on, as they come. In a fleet they are read
 * from the feed, elsewhere made of the log: the same events, in the same order.
 */
import type { Bus, FeedEntry, Outlet } from "../bus/bus.ts";
import { tokenOf } from "../bus/token.ts";
import type { World } from "../bus/world.ts";
import { decode } from "../machines/commit.ts";
import { isUid } from "../machines/job-id.ts";
import type { Status } from "../machines/status.ts";
import { logUpTo, placeOf } from "./as-of.ts";
import { commitsBefore, isAfter, placeIn, type EventPlace } from "./event-place.ts";
import { feedHeadAt, feedHeadNow, type FeedHead } from "./feed-head.ts";
import { Origins } from "./origins.ts";
import { readStatusEvent, statusEventsOf, type StatusEvent } from "./status-event.ts";

export interface EventsQuery {
  /**
   * What came after it: the place of a commit or of one event, or a time in milliseconds since
   * 1970. Default: from now on. Clocks of machines differ a little, and so may what a time means.
   */
  readonly after?: EventPlace | { readonly timeMs: number };
  readonly type?: string;
  /** A job's id, of whichever incarnation, or uid. */
  readonly id?: string;
  /** What the job has become. */
  readonly status?: Status;
  /** Ends after all that had happened when it was asked; default: waits for more. */
  readonly untilNow?: boolean;
  readonly signal?: AbortSignal;
}

type Source = Pick<Bus, "log" | "outlet" | "requests">;

const never = new AbortController().signal;

/**
 * The events that the query asks for, in log order, each once, until its `signal` aborts.
 *
 * Fails with CommitError, or BusError `corrupt`, at what cannot be read; and with BusError
 * `unavailable`, where the feed is to be read until now, when nobody brings it up to date.
 */
export function eventsOf(
  bus: Source,
  world: World,
  query: EventsQuery = {},
): AsyncGenerator<StatusEvent> {
  return bus.requests === undefined ? eventsOfLog(bus, query) : eventsOfFeed(bus, world, query);
}

async function* eventsOfLog({ log }: Source, query: EventsQuery): AsyncGenerator<StatusEvent> {
  const { after, untilNow = false, signal = never } = query;
  const now = await log.head();
  const start = await startIn(log, after, now);
  const from = commitsBefore(start);
  const batches = untilNow ? logUpTo(log, now).readAll(from) : log.follow(from, signal);
  const origins = new Origins(log);
  for await (const batch of batches) {
    for (const stored of batch) {
      const commit = decode(stored.text, `position ${stored.position}`);
      const { types } = await origins.of(commit);
      for (const event of statusEventsOf(stored, commit, types)) {
        if (signal.aborted) return;
        if (isWanted(event, query) && isLater(event, start)) yield event;
      }
    }
  }
}

async function startIn(
  log: Bus["log"],
  after: EventsQuery["after"],
  now: number,
): Promise<EventPlace> {
  if (after === undefined) return { position: now };
  return "timeMs" in after ? placeOf(log, after) : after;
}

async function* eventsOfFeed(
  bus: Source,
  world: World,
  query: EventsQuery,
): AsyncGenerator<StatusEvent> {
  const { outlet } = bus;
  const { after, untilNow = false, signal = never } = query;
  const end = untilNow ? await feedHeadNow(bus, world) : undefined;
  const { head } = end ?? (await outlet.head());
  const from = after === undefined ? head : await feedHeadAt(outlet, head, after);
  const pattern = patternOf(query);
  const entries =
    end === undefined ? outlet.follow(from, { signal, pattern }) : readTo(outlet, from, end);
  for await (const entry of entries) {
    if (signal.aborted) return;
    const event = readStatusEvent(entry);
    if (isWanted(event, query)) yield event;
  }
}

async function* readTo(
  outlet: Outlet,
  from: number,
  { head, last }: FeedHead,
): AsyncGenerator<FeedEntry> {
  if (last === undefined || from >= head) return;
  for await (const entry of outlet.read(from)) {
    if (isAfter(entry, last)) return;
    yield entry;
  }
}

/** What the subjects of the wanted events have in common. */
function patternOf({ type, id, status }: EventsQuery): string {
  const job = id === undefined || isUid(id) ? undefined : id;
  const tokens = [type, job, status].map((text) => (text === undefined ? "*" : tokenOf(text)));
  return ["event", ...tokens].join(".");
}

function isWanted({ type, job, uid, to }: StatusEvent, query: EventsQuery): boolean {
  if (query.type !== undefined && query.type !== type) return false;
  if (query.id !== undefined && query.id !== job && query.id !== uid) return false;
  return query.status === undefined || query.status === to;
}

function isLater({ position }: StatusEvent, start: EventPlace): boolean {
  const place = placeIn(position);
  return place !== undefined && isAfter(place, start);
}
