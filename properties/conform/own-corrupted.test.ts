import { describe, expect, test } from "vitest";
import { both, corruptions, place } from "./own-corruptions.ts";
import { exported, linesFrom, rechained } from "./own-log.ts";
import { judgeOwn } from "./own.ts";

describe("a log that was changed, its chain mended, diverges where", () => {
  test.each(corruptions)("$what", async ({ at, change, said }) => {
    const index = place(at);
    const changed = both.with(index, change(both[index] ?? both[0]!));
    const verdict = await judgeOwn(linesFrom(exported(rechained(changed))));
    expect(verdict).toMatchObject({ verdict: "diverges", line: index + 2 });
    expect(verdict.explanation).toContain(said);
    expect(verdict.observed).not.toBe("");
  });
});
