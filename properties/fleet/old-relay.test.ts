/** Relays that are stopped at work, and wake up when another has taken over. */
import { expect, test } from "vitest";
import { describeWith, parts } from "../parts.ts";
import { relayThroughStops } from "./stopped-relays.ts";

describeWith(parts.nats, "relays that are stopped", () => {
  test("a relay that wakes up when another has taken over publishes in vain, and the feed is exact", async () => {
    const { feed, changes } = await relayThroughStops(4);
    expect(feed).toEqual(changes);
  });
});
