/** Pauses of commands: what is confirmed, and what becomes of a program that is lost meanwhile. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import type { RunningJob } from "../../actors/driver.ts";
import { Fleet } from "../../actors/fleet.ts";
import { command } from "../../drivers/command/command.ts";
import type { CommandArgs } from "../../drivers/command/command-args.ts";
import { groupMembers } from "../../drivers/command/group-members.ts";
import { CommandTrial } from "./command-trial.ts";

afterAll(() => {
  delete process.env["JOBCHART_LOGS"];
});

/** Its child is a group of its own, and waits for `gate` before it becomes a program. */
const spawning =
  "import os; os.posix_spawn('/bin/true', ['true'], {}, setpgroup=0," +
  "file_actions=[(os.POSIX_SPAWN_OPEN, 0, 'gate', os.O_RDONLY, 0)])";

async function states(stage: CommandTrial): Promise<string> {
  const members = await groupMembers(Number(stage.read("pid")));
  return members.map(({ state }) => state).join("");
}

const isWithVfork = process.platform === "linux" && existsSync("/usr/bin/python3");

test.skipIf(!isWithVfork)(
  "a pause is not confirmed while one of the group is in the kernel",
  async () => {
    await using stage = await CommandTrial.open();
    const uid = await stage.script(`mkfifo gate; python3 -c "${spawning}; input()"; sleep 60`);
    await vi.waitFor(async () => expect(await states(stage)).toBe("SD"), { timeout: 20_000 });
    await stage.ask("pause", uid);
    await vi.waitFor(async () => expect(await states(stage)).toBe("TD"), { timeout: 20_000 });
    expect((await stage.system.job(uid))?.status).toBe("running");
    writeFileSync(join(stage.folder, "gate"), "");
    await stage.reaches(uid, "paused");
    expect(await states(stage)).toBe("TT");
    await stage.ask("cancel", uid);
    await stage.end(uid);
  },
);

test("a program that is killed while it stands still fails its job at once", async () => {
  await using stage = await CommandTrial.open();
  const uid = await stage.script("sleep 60");
  await vi.waitFor(() => expect(stage.read("pid")).not.toBe(""), { timeout: 20_000 });
  await stage.ask("pause", uid);
  await stage.reaches(uid, "paused");
  process.kill(-Number(stage.read("pid")), "SIGKILL");
  expect((await stage.end(uid)).error).toBe("'sh' was killed by SIGKILL");
});

/** Says that its program was begun, and goes on until its worker is lost. */
async function begin(job: RunningJob<CommandArgs>): Promise<void> {
  await job.checkpoint({ attempt: job.attempt });
  for (;;) await job.sleep(1_000);
}

test.each([
  ["fail", "failed", "its worker was lost while the program ran"],
  ["restart", null, ""],
] as const)("one that is lost while it is paused, with recover %s", async (recover, end, why) => {
  await using fleet = new Fleet();
  const { process } = await fleet.open("w1", [{ ...command, run: begin, pause: () => {} }]);
  const args = { argv: ["true"], recover };
  const uid = await fleet.start({ type: "command", id: "it", args, autoDismiss: false });
  await fleet.ask("pause", uid);
  expect((await fleet.job(uid)).status).toBe("paused");
  process.kill();
  await fleet.open("w2", [command]);
  await fleet.until(uid, ({ epoch }) => epoch === 2);
  await vi.waitFor(async () => {
    await fleet.world.settle();
    const { status, outcome, error } = await fleet.job(uid);
    expect([status === "paused", outcome]).toEqual([end === null, end]);
    expect(error ?? "").toContain(why);
  });
});
