import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { tame, tameLines } from "./output.ts";
import { TrialFolder } from "./trial-folder.ts";

const jobs = Array.from({ length: 100 }, (_, index) => ({
  id: `j${index}`,
  type: "copy",
  args: { from: "f".repeat(2_000), to: "t" },
}));

test("a reader that is slower than the program gets every line", async () => {
  using folder = new TrialFolder();
  folder.file("jobs.json", JSON.stringify({ jobs }));
  await folder.run("transaction", "jobs.json", "--detach");
  const line = 'jobchart ls | while IFS= read -r line; do echo "${#line}"; done; echo $PIPESTATUS';
  const { stdout } = await folder.shell(line);
  const [code, ...lines] = stdout.trimEnd().split("\n").toReversed();
  expect(code).toBe("0");
  expect(lines.filter((size) => Number(size) > 2_000)).toHaveLength(jobs.length);
});

test.skipIf(!existsSync("/dev/full"))("what cannot be written is no success", async () => {
  using folder = new TrialFolder();
  const { code, stderr } = await folder.shell("jobchart help > /dev/full");
  expect(stderr).toContain("jobchart: standard output: ENOSPC");
  expect(code).toBe(1);
});

test("a run with much to say to a slow reader says all of it, and nothing else", async () => {
  using folder = new TrialFolder();
  const failing = jobs.map((job) => ({ ...job, labels: { team: "t".repeat(200) } }));
  folder.file("jobs.json", JSON.stringify({ jobs: failing }));
  const line = "jobchart transaction jobs.json --json | while read -r line; do echo; done";
  const { stdout, stderr } = await folder.shell(line);
  expect(stderr).toBe("");
  expect(stdout.length).toBeGreaterThan(5 * jobs.length);
});

test.each([
  ["two\nlines\r\n\tand \x1b[1;32mgreen\x1b[m", "two\nlines\r\n\tand \x1b[1;32mgreen\x1b[m"],
  ["\x1b[2J\x1b]0;title\x07\b\x9b31m", " [2J ]0;title   31m"],
  ["\x07[31m and \n[31m", " [31m and \n[31m"],
])("of lines of others %j no more is left than colours and ends", (text, shown) => {
  expect(tameLines(text)).toBe(shown);
  expect(tame(text)).not.toMatch(/\p{Cc}/u);
});
