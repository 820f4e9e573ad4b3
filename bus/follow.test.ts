/**
 * Following never sleeps through news.
 */
import { expect, test } from "vitest";
import { Bell } from "./bell.ts";
import type { Stored } from "./bus.ts";
import { followOn } from "./follow.ts";

test("looks again when the bell rang while it was reading", async () => {
  const bell = new Bell();
  const stop = new AbortController();
  const news: Stored[] = [];
  const next = async () => {
    const found = news.splice(0);
    if (found.length === 0) {
      news.push({ position: 1, gid: "g", rev: 1, text: "" });
      bell.ring();
    }
    return found;
  };
  for await (const batch of followOn(next, bell, 0, stop.signal)) {
    expect(batch).toHaveLength(1);
    stop.abort();
  }
  expect.assertions(1);
});
