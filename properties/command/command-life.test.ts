import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { command } from "../../drivers/command/command.ts";
import { Life } from "../driver/life.ts";
import { CommandTrial } from "./command-trial.ts";

const forever = "while :; do sleep 0.05; done";

async function trial(): Promise<CommandTrial> {
  return CommandTrial.open();
}

afterAll(() => {
  delete process.env["JOBCHART_LOGS"];
});

/** Waits until the program has begun to do what comes after it has written that file. */
async function wrote(stage: CommandTrial, name: string): Promise<void> {
  await vi.waitFor(() => expect(stage.read(name)).not.toBe(""), { timeout: 20_000, interval: 10 });
}

test("both outputs are the job's, in order, on the bus and on this machine's disk", async () => {
  await using stage = await trial();
  const info = await stage.ended({
    argv: ["sh", "-c", "echo one; echo two >&2; echo three > /dev/stderr; echo $JOB $PWD"],
    env: { JOB: "of mine" },
  });
  const said = `one\ntwo\nthree\nof mine ${stage.folder}\n`;
  expect(info.result).toEqual({ exitCode: 0, signal: null });
  expect(stage.read(`logs/${info.uid}.log`)).toBe(said);
});

test("no shell reads the arguments, and the input is empty", async () => {
  await using stage = await trial();
  const info = await stage.ended({ argv: ["printf", "%s|", "$HOME", "a b", "*", ";x"] });
  expect(stage.read(`logs/${info.uid}.log`)).toBe("$HOME|a b|*|;x|");
  expect((await stage.ended({ argv: ["cat"] })).outcome).toBe("success");
});

test("a pause is said when all of the group stands still, and a resume lets it go on", async () => {
  await using stage = await trial();
  const uid = await stage.script(`(${forever}) & ${forever}`);
  await wrote(stage, "pid");
  await stage.ask("pause", uid);
  await stage.reaches(uid, "paused");
  expect(await stage.group()).toBe("stopped");
  await stage.ask("resume", uid);
  await vi.waitFor(async () => expect(await stage.group()).toBe("runs"));
  await stage.ask("cancel", uid);
  expect((await stage.end(uid)).outcome).toBe("cancelled");
  expect(await stage.group()).toBe("gone");
});

test("a cancel is SIGTERM, which a stopped program hears too", async () => {
  await using stage = await trial();
  const line = `trap 'echo bye > farewell; exit 0' TERM; echo > traps; ${forever}`;
  const uid = await stage.script(line, { graceMs: 60_000 });
  await wrote(stage, "traps");
  await stage.ask("pause", uid);
  await stage.reaches(uid, "paused");
  await stage.ask("cancel", uid);
  expect((await stage.end(uid)).outcome).toBe("cancelled");
  expect(stage.read("farewell")).toBe("bye\n");
});

test("one that ignores SIGTERM is killed after the grace", async () => {
  await using stage = await trial();
  const uid = await stage.script(`trap '' TERM; echo > traps; ${forever}`, { graceMs: 100 });
  await wrote(stage, "traps");
  await stage.ask("cancel", uid);
  expect((await stage.end(uid)).outcome).toBe("cancelled");
  expect(await stage.group()).toBe("gone");
});

test("a ready program is told to finish by its signal, and that is success", async () => {
  await using stage = await trial();
  const uid = await stage.script(`echo; printf 'listening on 80'; ${forever}`, {
    ready: "^listening",
    complete: "SIGINT",
  });
  await stage.reaches(uid, "ready");
  await stage.ask("pause", uid);
  await stage.reaches(uid, "standby");
  await stage.ask("resume", uid);
  await stage.ask("complete", uid);
  const { outcome, result } = await stage.end(uid);
  expect([outcome, result]).toEqual(["success", { exitCode: null, signal: "SIGINT" }]);
});

test("progress in units is charged: the program stands still while it has to wait", async () => {
  await using stage = await trial();
  const uid = await stage.script(
    `echo 1000 of 2000; ${forever}`,
    {
      progress: String.raw`(?<current>\d+) of (?<total>\d+)`,
    },
    { speed: 1 },
  );
  await vi.waitFor(async () => expect(await stage.group()).toBe("stopped"), { timeout: 20_000 });
  expect((await stage.system.job(uid))?.status).toBe("running");
  await stage.ask("set-speed", uid, { speed: 0 });
  await vi.waitFor(async () => expect(await stage.group()).toBe("runs"));
  await stage.ask("cancel", uid);
  const info = await stage.end(uid);
  expect([info["current-progress"], info["total-progress"]]).toEqual([1_000, 2_000]);
});

test("a speed limit without units is said not to be kept", async () => {
  await using stage = await trial();
  const info = await stage.ended({ argv: ["sleep", "0.2"] }, { speed: 100 });
  expect(info.outcome).toBe("success");
  expect(stage.read(`logs/${info.uid}.log`)).toContain("it is not slowed down");
});

test("a speed limit waits for the first line before anything is said of it", async () => {
  await using stage = await trial();
  const argv = ["sh", "-c", "sleep 0.2; echo 1 of 2; sleep 0.1"];
  const units = String.raw`(?<current>\d+) of (?<total>\d+)`;
  const told = await stage.ended({ argv, progress: units }, { speed: 100 });
  expect(stage.read(`logs/${told.uid}.log`)).toBe("1 of 2\n");
  const share = String.raw`(?<percent>\d+) of`;
  const shared = await stage.ended({ argv, progress: share }, { speed: 100 });
  expect(stage.read(`logs/${shared.uid}.log`).match(/it is not slowed down/g)).toHaveLength(1);
});

test("a program that says nothing and leaves only the dead behind leaves no log either", async () => {
  await using stage = await trial();
  const info = await stage.ended({ argv: ["sh", "-c", "true & exec sleep 0.1"] });
  expect(info.outcome).toBe("success");
  expect(existsSync(join(stage.folder, "logs", `${info.uid}.log`))).toBe(false);
});

test("a failure is tried again as often as was asked for, and says what the program said last", async () => {
  await using stage = await trial();
  const line =
    "echo x >> tries; [ -e second ] && exit 0; : > second; echo 'disk is away' >&2; exit 23";
  const once = await stage.ended({ argv: ["sh", "-c", line] });
  expect(once.error).toBe("'sh' exited with code 23: disk is away");
  await stage.ended({ argv: ["rm", "second", "tries"] });
  const retry = { attempts: 2, backoffMs: 1 };
  expect((await stage.ended({ argv: ["sh", "-c", line] }, { retry })).outcome).toBe("success");
  expect(stage.read("tries")).toBe("x\nx\n");
});

test("what a program leaves running in its group is asked to end, then killed", async () => {
  await using stage = await trial();
  const asked = `(trap 'echo bye > farewell; exit' TERM; echo > traps; ${forever}) &`;
  const deaf = `(trap '' TERM; ${forever}) &`;
  const uid = await stage.script(`${asked} ${deaf} while [ ! -s traps ]; do sleep 0.01; done`, {
    graceMs: 200,
  });
  expect((await stage.end(uid)).outcome).toBe("success");
  expect(stage.read("farewell")).toBe("bye\n");
  expect(await stage.group()).toBe("gone");
});

const isWithPerl = existsSync("/usr/bin/perl");

test.skipIf(!isWithPerl)("the dead that nobody buries are not waited for", async () => {
  await using stage = await trial();
  const leave = "if (fork) { setsid; open F, '>', 'left'; print F getpid; close F; sleep 60 }";
  const line = `perl -e "use POSIX; ${leave}" & while [ ! -s left ]; do sleep 0.01; done`;
  const uid = await stage.script(line, { graceMs: 300_000 });
  expect((await stage.end(uid)).outcome).toBe("success");
  process.kill(Number(stage.read("left")), "SIGKILL");
});

test("what leaves the group is out of reach, and not waited for", async () => {
  await using stage = await trial();
  const uid = await stage.start({
    argv: [
      "sh",
      "-c",
      "setsid sh -c 'echo $$ > pid; exec sleep 30' & while [ ! -s pid ]; do :; done",
    ],
  });
  expect((await stage.end(uid)).outcome).toBe("success");
  expect(await stage.group()).toBe("runs");
  process.kill(Number(stage.read("pid")), "SIGKILL");
});

test("a program whose worker was lost is begun again only where that was asked for", async () => {
  await using stage = await CommandTrial.open();
  const over = new AbortController();
  const lives = (["fail", "restart"] as const).map(
    (recover) =>
      new Life(
        command,
        { argv: ["sh", "-c", "echo x >> begun"], cwd: stage.folder, recover },
        over.signal,
      ),
  );
  for (const life of lives) await life.run({ stop: { how: "killed", at: "checkpoint", count: 1 } });
  const [failing, restarting] = lives;
  await expect(failing?.run()).rejects.toThrow(
    "its worker was lost while the program ran; it may have done part of its work: 'jobchart rerun",
  );
  expect(() => stage.read("begun")).toThrow("ENOENT");
  await restarting?.run();
  expect(stage.read("begun")).toBe("x\n");
  over.abort();
});

test("what a worker that hangs has left running is killed before the program begins anew", async () => {
  await using stage = await CommandTrial.open();
  const over = new AbortController();
  const line = `[ -e pid ] && exit 0; echo $$ > pid; ${forever}`;
  const args = { argv: ["sh", "-c", line], cwd: stage.folder, recover: "restart" } as const;
  const life = new Life(command, args, over.signal);
  await life.run({ stop: { how: "killed", at: "pause point", count: 3 } });
  await wrote(stage, "pid");
  expect(await stage.group()).toBe("runs");
  await life.run();
  expect(await stage.group()).toBe("gone");
  over.abort();
});

test("a draining worker lets a program finish, or fails its job, or gives it back", async () => {
  await using stage = await trial();
  const finishing = await stage.script("sleep 0.3");
  await wrote(stage, "pid");
  const standing = await stage.start({ argv: ["sh", "-c", "echo > stands; exec sleep 60"] });
  await wrote(stage, "stands");
  await stage.ask("pause", standing);
  await stage.reaches(standing, "paused");
  const restarting = await stage.script(`echo > again; ${forever}`, { recover: "restart" });
  await wrote(stage, "again");
  expect(await stage.system.drain()).toBe(0);
  expect((await stage.end(finishing)).outcome).toBe("success");
  expect((await stage.end(standing)).error).toMatch(
    /^its worker was stopped, and the program with/,
  );
  expect((await stage.system.job(restarting))?.phase).toBe("recovering");
  expect(await stage.group()).toBe("gone");
});

test("a draining worker lifts the speed limit of a program, so that it can finish", async () => {
  await using stage = await trial();
  const progress = String.raw`(?<current>\d+) of (?<total>\d+)`;
  const line = "echo 1000 of 2000; while [ ! -e go ]; do sleep 0.02; done";
  const uid = await stage.script(line, { progress }, { speed: 1 });
  await vi.waitFor(async () => expect(await stage.group()).toBe("stopped"), { timeout: 20_000 });
  writeFileSync(join(stage.folder, "go"), "");
  expect(await stage.system.drain()).toBe(0);
  expect((await stage.end(uid)).outcome).toBe("success");
});

const isWithQemu = existsSync("/usr/bin/qemu-img");

test.skipIf(!isWithQemu)("a real qemu-img tells its progress", async () => {
  await using stage = await trial();
  await stage.ended({ argv: ["truncate", "-s", "8M", "from.raw"] });
  const argv = ["qemu-img", "convert", "-p", "-O", "qcow2", "from.raw", "to.qcow2"];
  const info = await stage.ended({ argv, progress: "qemu-img" });
  expect([info["current-progress"], info["total-progress"]]).toEqual([100, 100]);
});

test("a real dd tells its progress", async () => {
  await using stage = await trial();
  const argv = ["dd", "if=/dev/zero", "of=to", "bs=1k", "count=64", "status=progress"];
  const info = await stage.ended({ argv, progress: "dd" });
  expect([info.error, info["current-progress"]]).toEqual([undefined, 65_536]);
});
