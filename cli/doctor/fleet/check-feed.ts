/** The check of the feed: how far it is behind the log, and whether anybody brings it up to date. */
import type { Bus } from "../../../bus/bus.ts";
import type { World } from "../../../bus/world.ts";
import { decode } from "../../../machines/commit.ts";
import { logUpTo } from "../../../projections/as-of.ts";
import { commitsBefore, isAfter, placeText } from "../../../projections/event-place.ts";
import { feedHeadNow } from "../../../projections/feed-head.ts";
import { counted } from "../../units.ts";
import type { Exam } from "./exam.ts";

/** Waits some seconds for a feed that is behind, as it always is a little amid traffic. */
export async function checkFeed(exam: Exam, bus: Bus, world: World): Promise<void> {
  await exam.look("the feed", async () => {
    const { log, outlet } = bus;
    const end = await log.head();
    const { last } = await outlet.head();
    let behind = 0;
    const after = last === undefined ? 0 : commitsBefore(last);
    for await (const batch of logUpTo(log, end).readAll(after)) {
      for (const { position, text } of batch) {
        behind += decode(text, `position ${position}`).events.filter(
          ({ kind }, index) =>
            kind === "status" && (last === undefined || isAfter({ position, index }, last)),
        ).length;
      }
    }
    const at = last === undefined ? null : placeText(last);
    const place = at === null ? "is empty" : `ends at ${at}`;
    exam.fact("the feed", `${place}, ${counted(behind, "event")} behind the log`, { at, behind });
    if (behind > 0) await feedHeadNow(bus, world);
  });
}
