/** What becomes of tests whose part is missing: a run of Vitest beside this one shows it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { missingLine } from "./parts-reporter.ts";
import { isDebian } from "./parts.ts";

const here = (name: string): string =>
  JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));

const tests = `
import { describeWith } from ${here("parts.ts")};
const missing = { name: "unobtainium", commands: undefined, version: "" };
const there = { name: "iron", commands: { smelt: "/bin/smelt" }, version: "1.0" };
describeWith(missing, "an alloy", ({ smelt }) => {
  test("melts", () => { throw new Error(smelt); });
  test("shines", () => { throw new Error(smelt); });
});
describeWith(there, "a nail", ({ smelt }) => {
  test("is made", () => expect(smelt).toBe("/bin/smelt"));
});
`;
const config = `
import { partsReporter } from ${here("parts-reporter.ts")};
export default { test: { globals: true, reporters: ["default", partsReporter()] } };
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "jobchart-parts-"));
  writeFileSync(join(folder, "metals.test.ts"), tests);
  writeFileSync(join(folder, "vitest.config.mts"), config);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly code: number | null;
  readonly said: string;
  readonly complaint: string;
}

function run(ci: string): Ran {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vitest, "run", "--root", folder],
    {
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", NO_COLOR: "1", CI: ci },
    },
  );
  return { code: status, said: stdout.trim(), complaint: stderr };
}

test("they are skipped, and the last line counts them and says what gets the part", () => {
  const { code, said } = run("");
  expect(code).toBe(0);
  expect(said).toMatch(/1 passed \| 2 skipped/);
  expect(said.split("\n").at(-1)).toBe(
    "2 tests did not run for want of unobtainium. To install it: npm run setup",
  );
});

test("in CI on Debian they fail, and in other CI they are skipped", () => {
  const { code, said, complaint } = run("true");
  expect(code).toBe(isDebian() ? 1 : 0);
  expect(said + complaint).toMatch(/unobtainium.*\. To install it: npm run setup/);
});

test("nothing is said when all ran, and one of several is named with its number", () => {
  expect(missingLine(new Map())).toBeUndefined();
  expect(missingLine(new Map([["spin", 1]]))).toMatch(/^1 test did not run for want of spin\./);
  expect(
    missingLine(
      new Map([
        ["spin", 2],
        ["qemu", 3],
      ]),
    ),
  ).toBe("5 tests did not run for want of spin (2) and qemu (3). To install them: npm run setup");
});
