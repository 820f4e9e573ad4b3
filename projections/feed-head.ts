/**
 * Heads of the feed: where in it a place or a time of the log is, and where it will be once it
 * holds all that the log holds now.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Bus, FeedEntry, Outlet, Position } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import { decode } from "../machines/commit.ts";
import { logUpTo } from "./as-of.ts";
import { commitsBefore, isAfter, placeText, type EventPlace } from "./event-place.ts";
import { msOf } from "./iso-time.ts";
import { readStatusEvent } from "./status-event.ts";

export type FeedHead = Awaited<ReturnType<Outlet["head"]>>;

/** The head after which comes what came after the place, or time; `head`: the feed's own. */
export async function feedHeadAt(
  outlet: Pick<Outlet, "read">,
  head: number,
  after: EventPlace | { readonly timeMs: number },
): Promise<number> {
  const isLater = (entry: FeedEntry): boolean =>
    "timeMs" in after ? msOf(readStatusEvent(entry).at) > after.timeMs : isAfter(entry, after);
  let low = 0;
  let high = head;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const entry = await firstAfter(outlet, middle);
    if (entry === undefined || isLater(entry)) high = middle;
    else low = middle + 1;
  }
  return low;
}

async function firstAfter(
  outlet: Pick<Outlet, "read">,
  head: number,
): Promise<FeedEntry | undefined> {
  for await (const entry of outlet.read(head)) return entry;
  return undefined;
}

const lookMs = 20;
const lateMsMax = 10_000;

/**
 * The feed's head once it holds every status change that is in the log now. Fails with BusError
 * `unavailable` when it does not within 10 s.
 */
export async function feedHeadNow(
  { log, outlet }: Pick<Bus, "log" | "outlet">,
  world: World,
): Promise<FeedHead> {
  const now = await log.head();
  const before = await outlet.head();
  const wanted = await lastChange(log, before.last, now);
  if (wanted === undefined) return before;
  const beganMs = world.monotonic();
  for (;;) {
    const head = await outlet.head();
    if (head.last !== undefined && !isAfter(wanted, head.last)) return head;
    if (world.monotonic() - beganMs > lateMsMax) throw late(wanted, head);
    await world.sleep(lookMs);
  }
}

/** The last status change after the feed's end; undefined when there is none. */
async function lastChange(
  log: Pick<Bus["log"], "readAll">,
  last: FeedEntry | undefined,
  now: Position,
): Promise<EventPlace | undefined> {
  if (last !== undefined && last.position > now) return undefined;
  let found: EventPlace | undefined;
  for await (const batch of logUpTo(log, now).readAll(last ? commitsBefore(last) : 0)) {
    for (const { position, text } of batch) {
      const { events } = decode(text, `position ${position}`);
      const index = events.findLastIndex(({ kind }) => kind === "status");
      if (index !== -1) found = { position, index };
    }
  }
  return found;
}

function late(wanted: EventPlace, { last }: FeedHead): BusError {
  const end = last === undefined ? "is empty" : `ends at ${placeText(last)}`;
  return new BusError(
    "unavailable",
    `the feed ${end}, the log at ${placeText(wanted)}: no node brings it up to date; ` +
      "is one running? (jobchart serve)",
  );
}
