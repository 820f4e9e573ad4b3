import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const setup = fileURLToPath(new URL("setup.js", import.meta.url));

/** Stands in for npm, which would need a registry: notes what it is asked, and does that. */
const npm = `#!/bin/sh
echo "$@" >> "$CALLS"
[ -z "$BREAK" ] || { echo "npm error code $BREAK" >&2; exit 1; }
mkdir -p node_modules
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jobchart-setup-"));
  for (const name of ["bin", "path"]) mkdirSync(join(folder, name));
  copyFileSync(setup, join(folder, "bin/setup.mjs"));
  writeFileSync(join(folder, "path/npm"), npm, { mode: 0o755 });
  writeFileSync(join(folder, "package-lock.json"), "{}");
  writeFileSync(join(folder, "calls"), "");
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(fault = ""): { code: number | null; said: string; calls: number } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "bin/setup.mjs")], {
    encoding: "utf8",
    env: {
      PATH: `${join(folder, "path")}:/usr/bin:/bin`,
      CALLS: join(folder, "calls"),
      BREAK: fault,
    },
  });
  const calls = readFileSync(join(folder, "calls"), "utf8").split("\n").length - 1;
  return { code: status, said: stdout + stderr, calls };
}

test("setup installs what the lockfile names once, and again when that has changed", () => {
  expect(run()).toMatchObject({ code: 0, calls: 1 });
  expect(run()).toEqual({ code: 0, said: "", calls: 1 });
  writeFileSync(join(folder, "package-lock.json"), '{"changed":true}');
  expect(run()).toMatchObject({ code: 0, calls: 2 });
});

test("setup says so when the registry cannot be reached, and tries again the next time", () => {
  const offline = run("ENOTFOUND");
  expect(offline).toMatchObject({ code: 1, calls: 1 });
  expect(offline.said).toContain("the registry cannot be reached");
  expect(run()).toMatchObject({ code: 0, calls: 2 });
});
