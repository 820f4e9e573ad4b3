/** The recordings that are kept: what real QEMUs said, all of it, and that it conforms. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { statuses, transitions } from "../../machines/status.ts";
import { statusPaths, type RecordedLine } from "./recording.ts";
import { keptRecordings, readRecording, versionOf } from "./recordings.ts";
import { sessions } from "./sessions.ts";
import { stages } from "./stages.ts";
import { verdictOn } from "./verdict-on.ts";

const kept = keptRecordings();
const versions = [...new Set(kept.map(({ version }) => version))];

test("two versions of QEMU are kept: one before and one after block-job-change", () => {
  expect(versions).toEqual(["10.0.2", "7.2.22"]);
});

test("all of them together are test data of a bearable size, and name nobody's folders", () => {
  const texts = kept.map(({ name, file }) => ({ name, text: readFileSync(file, "utf8") }));
  expect(texts.filter(({ text }) => text.length > 64_000).map(({ name }) => name)).toEqual([]);
  expect(texts.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(1_000_000);
  expect(texts.filter(({ text }) => /"[^"]*\/(?:tmp|home|root)\b/.test(text))).toEqual([]);
});

describe.each(versions)("of QEMU %s", (version) => {
  const recordings = kept
    .filter((recording) => recording.version === version)
    .map((recording) => ({ name: recording.name, lines: readRecording(recording) }));

  test("every session is kept, and nothing else", () => {
    const names = recordings.map(({ name }) => name);
    expect(names.toSorted()).toEqual(sessions.map(({ name }) => name).toSorted());
  });

  test("each recording says in its greeting whose it is", () => {
    expect([...new Set(recordings.map(({ lines }) => versionOf(lines)))]).toEqual([version]);
  });

  test("each recording conforms", async () => {
    const verdicts = await Promise.all(
      recordings.map(async ({ name, lines }) => ({ name, ...(await verdictOn(lines)) })),
    );
    expect(verdicts.filter(({ verdict }) => verdict !== "conforms")).toEqual([]);
  });

  test("together they take every edge of the table", () => {
    const seen = new Set(recordings.flatMap(({ lines }) => edgesOf(lines)));
    const edges = statuses.flatMap((from) => transitions[from].map((to) => `${from} -> ${to}`));
    // To look at an outcome again is no event.
    expect(edges.filter((edge) => !seen.has(edge))).toEqual(["aborting -> aborting"]);
    expect([...seen].filter((edge) => !edges.includes(edge))).toEqual([]);
  });

  const asked = (session: string): ReadonlySet<unknown> =>
    new Set(
      recordings.find(({ name }) => name === session)?.lines.map(({ msg }) => msg["execute"]),
    );

  test("together they ask every verb of a job in every status that lasts", () => {
    for (const stage of stages) {
      for (const verb of ["pause", "resume", "cancel", "complete", "finalize", "dismiss"]) {
        expect(asked(`verbs-in-${stage}`)).toContain(`job-${verb}`);
        expect(asked(`block-verbs-in-${stage}`)).toContain(`block-job-${verb}`);
      }
      for (const verb of ["set-speed", "change"]) {
        expect(asked(`block-verbs-in-${stage}`)).toContain(`block-job-${verb}`);
      }
    }
  });
});

/** As `running -> paused`; of a job that was there before the recording, nothing. */
function edgesOf(lines: readonly RecordedLine[]): readonly string[] {
  return Object.values(statusPaths(lines))
    .filter(([first]) => first === "created")
    .flatMap((path) =>
      path.map((to, index) => {
        const from = path[index - 1] ?? "null";
        return `${from === "null" ? "undefined" : from} -> ${to}`;
      }),
    );
}
