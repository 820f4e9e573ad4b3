import { expect, test } from "vitest";
import { helpOn } from "./help.ts";

test("the help of run tells what a type is and takes", async () => {
  const text = await helpOn("run", "copy");
  expect(text).toContain("usage: jobchart run TYPE");
  expect(text).toContain("\ncopy copies a file or a folder, ");
  expect(text).toMatch(/\n {2}from +the file or folder to copy \(required\)\n/);
  expect(text).toMatch(/\n {2}overwrite +replace the target if it exists$/);
  await expect(helpOn("run", "copi")).rejects.toThrow(
    "Unknown job type 'copi'. Did you mean 'copy'? The built-in ones are command, copy, mirror",
  );
});
