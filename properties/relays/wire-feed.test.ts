/** docs/wire.md shows the feed's messages as they are. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { feedEntries } from "../../projections/feed-entry.ts";
import type { Commit } from "../../machines/commit.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/wire.md"), "utf8");
const [, chapter = ""] = /^## Feed\n(.*?)(?=^## |(?![\s\S]))/ms.exec(page) ?? [];

const gid = "gabcdefghij234567";
const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const commit: Commit = {
  v: 1,
  gid,
  rev: 5,
  at: "2026-11-20T09:26:03.511Z",
  cause: { id: `${gid}-1.1.4`, verb: "finished", by: "worker/db7", digest: "8ad1f0c35a6be27d" },
  events: [{ job: "home.daily", uid: `${gid}-1`, kind: "status", from: "running", to: "waiting" }],
};

test("an entry is shown with all of its headers, and its data", () => {
  const types = new Map([[`${gid}-1`, "copy"]]);
  const about = { origin: { types, traceparent }, generation: "mq3w5yd2k7xjv4ab" };
  const [entry] = feedEntries({ position: 812, gid, rev: 5, text: "" }, commit, about);
  const headers = Object.entries(entry?.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  const shown = [`job.${entry?.subject}`, ...headers, "Job-Position: 812.0", "", entry?.data];
  expect(chapter).toContain(["```text", ...shown, "```"].join("\n"));
});

test("every header of an entry is explained", () => {
  const shown = [...chapter.matchAll(/^([\w-]+): /gm)].map(([, name = ""]) => name);
  for (const name of shown) expect(chapter).toContain(`\`${name}\``);
  expect(shown).toContain("ce-id");
});
