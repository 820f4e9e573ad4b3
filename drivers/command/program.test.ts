import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";

/** Dies by SIGKILL with a program in its hands. */
const mortal = (act: string): string => `
const { Program } = await import(${JSON.stringify(new URL("program.ts", import.meta.url).href)});
const { readFileSync, existsSync } = await import("node:fs");
const children = () =>
  readFileSync("/proc/self/task/" + process.pid + "/children", "utf8").trim().split(" ");
const until = async (isSo) => { while (!isSo()) await new Promise(setImmediate); };
const argv = ["sh", "-c", "(sleep 60) & echo begun > begun; sleep 61"];
const program = await Program.behindGate({ argv, cwd: process.cwd(), env: process.env });
const group = program.group;
const begin = async () => { program.go(); await until(() => existsSync("begun")); };
${act}
const grandchildren = children().flatMap((pid) =>
  readFileSync("/proc/" + pid + "/task/" + pid + "/children", "utf8").trim().split(" "));
console.log([...children(), ...grandchildren].join(" "));
process.kill(process.pid, "SIGKILL");
`;

const replaceDog = `
await begin();
const dog = () => children().find((pid) =>
  readFileSync("/proc/" + pid + "/cmdline", "utf8").includes("jobchart-watchdog"));
const first = dog();
process.kill(Number(first), "SIGKILL");
await until(() => dog() !== undefined && dog() !== first);
await new Promise((resolve) => setTimeout(resolve, 50));
`;

test.skipIf(process.platform !== "linux").concurrent.each([
  ["before the program begins", "", false],
  ["while the program runs", "await begin();", true],
  [
    "while the program is stopped",
    `await begin(); group.stop("paused"); await group.hasStopped();`,
    true,
  ],
  ["after its watchdog was killed and replaced", replaceDog, true],
])("kill -9 of the worker %s leaves nothing running", async (_when, act, begins) => {
  const folder = mkdtempSync(join(tmpdir(), "jobchart-program-"));
  try {
    const words = ["--input-type=module", "-e", mortal(act)];
    const { stdout, stderr, signal } = spawnSync(process.execPath, words, {
      cwd: folder,
      encoding: "utf8",
      timeout: 30_000,
    });
    expect([stderr.replaceAll(/.*Warning.*\n/g, ""), signal]).toEqual(["", "SIGKILL"]);
    const pids = stdout.trim().split(/\s+/).map(Number);
    expect(pids.length).toBeGreaterThanOrEqual(begins ? 3 : 2);
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), { timeout: 20_000 });
    expect(existsSync(join(folder, "begun"))).toBe(begins);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
