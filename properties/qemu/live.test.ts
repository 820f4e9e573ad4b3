/**
 * The QEMU that is there, now: it conforms, and its jobs take the paths that were recorded. Of a
 * version that was not recorded, only the first is known.
 */
import { expect, test } from "vitest";
import { describeWith, parts } from "../parts.ts";
import { statusPaths } from "./recording.ts";
import { keptRecordings, readRecording, versionOf } from "./recordings.ts";
import { record } from "./session.ts";
import { sessions } from "./sessions.ts";
import { verdictOn } from "./verdict-on.ts";

/** One of each kind; `npm run record` goes through all. */
const handful = [
  "backup-by-hand",
  "mirror",
  "stream-by-hand",
  "commit-of-the-top",
  "create",
  "cancelled",
  "group-of-3-that-fails",
  "group-by-hand",
  "mirror-stops-at-an-error",
  "late-attach",
  "quit-with-active-jobs",
  "block-verbs-in-standby",
];

describeWith(parts.qemu, "a live QEMU", ({ "qemu-storage-daemon": daemon }) => {
  const chosen = sessions.filter(({ name }) => handful.includes(name));

  test("is led through a dozen sessions", () => {
    expect(chosen).toHaveLength(handful.length);
  });

  test.each(chosen)("conforms in $name: $shows", async (session) => {
    const lines = await record(session, daemon);
    expect(await verdictOn(lines)).toMatchObject({ verdict: "conforms" });
    const kept = keptRecordings().find(
      ({ name, version }) => name === session.name && version === versionOf(lines),
    );
    expect(statusPaths(lines)).toEqual(statusPaths(kept ? readRecording(kept) : lines));
  });
});
