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

/** Runs it in a process of its own, with at most 100 files; resolves with what it said. */
function inProcess(script: string): string {
  const words = ["-c", 'ulimit -n 100; exec "$0" "$@"', process.execPath];
  const { stdout, stderr } = spawnSync("sh", [...words, "--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 30_000,
  });
  expect(stderr.replaceAll(/.*Warning.*\n/g, "")).toBe("");
  return stdout.trim();
}

const imports = `
const { spawn } = await import("node:child_process");
const { closeSync, openSync, readFileSync } = await import("node:fs");
const { Program } = await import(${JSON.stringify(new URL("program.ts", import.meta.url).href)});
const { watchdog } = await import(${JSON.stringify(new URL("watchdog.ts", import.meta.url).href)});
`;

const forgetful = `${imports}
const sleeping = () => spawn("sleep", ["60"], { detached: true, stdio: "ignore" }).pid;
const [stranger, ours] = [sleeping(), sleeping()];
await watchdog.guard(stranger);
await watchdog.guard(ours);
watchdog.forget(stranger);
await watchdog.guard(ours);
console.log(stranger, ours);
process.kill(process.pid, "SIGKILL");
`;

test("a group that was forgotten is nobody's business when the worker dies", async () => {
  const [stranger = 0, ours = 0] = inProcess(forgetful).split(" ").map(Number);
  try {
    await vi.waitFor(() => expect(isAlive(ours)).toBe(false), { timeout: 20_000 });
    expect(isAlive(stranger)).toBe(true);
  } finally {
    process.kill(stranger, "SIGKILL");
  }
});

const exhausted = `${imports}
const held = [];
const exhaust = (spare) => {
  try { for (;;) held.push(openSync("/dev/null", "r")); } catch {}
  for (; spare > 0; spare -= 1) closeSync(held.pop());
};
const release = () => { while (held.length > 0) closeSync(held.pop()); };
const order = { argv: ["sleep", "60"], cwd: "/", env: process.env };
const begun = async () => {
  const program = await Program.behindGate(order);
  program.go();
  return program;
};
const said = new Set();
exhaust(0);
await watchdog.guard(process.pid).catch((error) => said.add(error.message));
watchdog.forget(process.pid);
for (let spare = 0; spare < 12; spare += 1) {
  release();
  exhaust(spare);
  const program = await begun().catch((error) => { said.add(error.message); });
  release();
  await program?.close();
}
const program = await begun();
// What was used until now is closed a little later.
await new Promise((resolve) => setTimeout(resolve, 50));
exhaust(0);
program.group.stop("paused");
setTimeout(release, 20);
said.add("stopped: " + await program.group.hasStopped());
await program.close();
for (const each of said) console.log(each);
process.exit(0);
`;

test("where too many files are open a program is not started, and nothing else happens", () => {
  expect(inProcess(exhausted).split("\n")).toEqual([
    "no watchdog could be started: spawn /bin/sh EMFILE",
    "the program could not be started: spawn /bin/sh EMFILE",
    "stopped: true",
  ]);
});

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
