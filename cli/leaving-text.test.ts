import { expect, test } from "vitest";
import { givingBackText, unstoppedText } from "./leaving-text.ts";

test("one job is not jobs", () => {
  expect(unstoppedText(1)).toBe("1 job did not stop in time; its next worker starts soon");
  expect(unstoppedText(2)).toBe("2 jobs did not stop in time; their next worker starts soon");
});

test("who leaves does not promise that everything goes on elsewhere", () => {
  expect(givingBackText(false)).toMatch(/^giving back what can go on elsewhere, ending the rest; /);
});
