/**
 * The file bus between real processes: races, kill -9, and what each of them was told.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { freshFolder } from "../contract/fresh-folder.ts";
import { toArray } from "../contract/to-array.ts";
import { realWorld } from "../world.ts";
import { openFileBus } from "./open-file-bus.ts";

const program = fileURLToPath(new URL("./appender.ts", import.meta.url));

test("gives each rev one winner when processes race, and keeps all that was won", async () => {
  const path = join(freshFolder(), "jobs.db");
  const names = ["a", "b", "c"];
  const acknowledged = await Promise.all(
    names.map((name) => toArray(linesOf(start(path, "race", name, "40")))),
  );
  await using bus = await openFileBus(path, { world: realWorld, create: false });
  const stored = await bus.log.read("race");
  expect(stored.map(({ rev }) => rev)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
  for (const [i, name] of names.entries()) {
    const won = stored.filter(({ text }) => text === name).map(({ rev }) => `race ${rev}`);
    expect(acknowledged[i]).toEqual(won);
  }
});

test("holds every acknowledged commit after kill -9, and goes on", async () => {
  const path = join(freshFolder(), "jobs.db");
  const rounds = 6;
  for (let round = 0; round < rounds; round += 1) {
    const gids = [`r${round}a`, `r${round}b`];
    const acknowledged = await Promise.all(
      gids.map((gid) => killedAfter(start(path, "own", gid), 200 + round * 150)),
    );
    await using bus = await openFileBus(path, { world: realWorld, create: false });
    const stored = (await toArray(bus.log.readAll())).flat();
    const known = new Set(stored.map(({ gid, rev }) => `${gid} ${rev}`));
    expect(acknowledged.flat().filter((line) => !known.has(line))).toEqual([]);
    expect(stored.filter(({ gid, rev, text }) => text !== `${gid} ${rev}`)).toEqual([]);
  }
});

test("tells a follower in one process of another's commits while both write", async () => {
  const path = join(freshFolder(), "jobs.db");
  await using bus = await openFileBus(path, { world: realWorld, create: true });
  const child = start(path, "race", "child", "60");
  const exited = once(child, "exit");
  const stop = new AbortController();
  const seen: string[] = [];
  for await (const batch of bus.log.follow(0, stop.signal)) {
    for (const { gid, rev } of batch) {
      seen.push(`${gid} ${rev}`);
      if (gid === "race") await bus.log.append("mine", rev, "");
    }
    if (seen.length === 120) stop.abort();
  }
  await exited;
  expect(new Set(seen).size).toBe(120);
  expect(await bus.log.read("race")).toHaveLength(60);
});

test("lets a process end that does nothing but listen to signals", async () => {
  const child = start(join(freshFolder(), "jobs.db"), "listen");
  expect(await once(child, "exit")).toEqual([0, null]);
});

function start(path: string, ...args: string[]): ChildProcess {
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child = spawn(process.execPath, [program, path, ...args], { stdio: [...stdio] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function* linesOf({ stdout }: ChildProcess): AsyncGenerator<string> {
  if (stdout) yield* createInterface({ input: stdout });
}

/** The lines that a process printed until it was killed, which happens at the given one. */
async function killedAfter(child: ChildProcess, lines: number): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const line of linesOf(child)) {
    all.push(line);
    if (all.length === lines) child.kill("SIGKILL");
  }
  return /^\w+ \d+$/.test(all.at(-1) ?? "") ? all : all.slice(0, -1);
}
