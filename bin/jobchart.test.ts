import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("jobchart.js", import.meta.url));
const pretend =
  'data:text/javascript,Object.defineProperty(process, "versions", { value: { node: "20.1.0" } })';

test("an old Node is told what it lacks, before it meets what it cannot read", () => {
  const words = ["--import", pretend, program, "--version"];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  expect(stderr).toContain("jobchart: needs Node 24 or newer");
  expect(stderr).toContain("In this checkout 'npm start' and 'npx jobchart' use");
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});
