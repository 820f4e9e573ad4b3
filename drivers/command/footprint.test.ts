import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { killLeftOver, leaveFootprint } from "./footprint.ts";
import { groupMembers } from "./group-members.ts";

const folder = mkdtempSync(join(tmpdir(), "jobchart-footprint-"));
beforeAll(() => {
  process.env["JOBCHART_LOGS"] = folder;
});
afterAll(() => {
  delete process.env["JOBCHART_LOGS"];
  rmSync(folder, { recursive: true, force: true });
});

const path = join(folder, "g1-1.group");

test.skipIf(process.platform !== "linux").each([
  ["started at another time", (text: string) => `${text}0`],
  ["of another start of the machine", (text: string) => text.replace(/ \S+/, " another")],
])(
  "a process of the same number, but %s, is a stranger and is left alone",
  async (_who, altered) => {
    const stranger = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
    const ended = once(stranger, "exit");
    await leaveFootprint("g1-1", Number(stranger.pid));
    const footprint = readFileSync(path, "utf8");
    writeFileSync(path, altered(footprint));
    await killLeftOver("g1-1");
    expect(await groupMembers(Number(stranger.pid))).toHaveLength(1);
    writeFileSync(path, footprint);
    await killLeftOver("g1-1");
    expect(await ended).toEqual([null, "SIGKILL"]);
  },
);
