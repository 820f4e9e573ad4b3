import { expect, test } from "vitest";
import { unstoppedText } from "./leaving-text.ts";

test("one job is not jobs", () => {
  expect(unstoppedText(1)).toBe("1 job did not stop in time; its next worker starts soon");
  expect(unstoppedText(2)).toBe("2 jobs did not stop in time; their next worker starts soon");
});
