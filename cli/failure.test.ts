import { expect, test } from "vitest";
import { failedWith } from "./failure.ts";

test("a fault is told with its stack, and without one by its name and message", () => {
  const error = new TypeError("no such thing");
  expect(failedWith(error).failure.message).toContain("TypeError: no such thing\n    at ");
  error.stack = "";
  expect(failedWith(error)).toEqual({
    failure: { code: "fault", message: "a fault of this program: TypeError: no such thing" },
    exitCode: 70,
  });
});
