/**
 * One round of killing for real: a process that copies a tree is killed with SIGKILL at a random
 * moment, and another goes on. The target must be whole or absent at every look, the history
 * dense, chained and legal, and the job must end.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Bus } from "../../bus/bus.ts";
import { realWorld } from "../../bus/world.ts";
import { copy } from "../../drivers/copy/copy.ts";
import { isRefusal, openJobSystem } from "../../jobchart.ts";
import { Ledger } from "../../machines/ledger.ts";
import { mayFollow } from "../../machines/status.ts";

const program = resolve(import.meta.dirname, "../../bin/jobchart.js");
const files = 120;
const fileBytes = 100_000;
/** At its speed limit the copy takes about so long. */
export const copyMs = 900;
const speed = Math.ceil((files * fileBytes * 1_000) / copyMs);
const lease = "600ms";

export interface Round {
  /** Who is killed: a worker that took the job, or the `run` that created it. */
  readonly victim: "worker" | "run";
  /** When, after its start, in milliseconds. */
  readonly afterMs: number;
}

/** How the job ended; `never` when the kill came before it existed. */
export interface Ended {
  readonly how: "never" | "success" | "failed" | "cancelled";
  readonly epochs: number;
}

/** Plays the round in a folder of its own. Throws when anything that must hold does not. */
export async function killRound({ victim, afterMs }: Round): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), "jobchart-kill-"));
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  plant(from);
  const whole = digestOf(from);
  const bus = `file:${folder}/jobs.db`;
  const children: ChildProcess[] = [];
  const start = (...words: readonly string[]): ChildProcess => {
    const child = spawn(process.execPath, [program, "--bus", bus, ...words], { stdio: "ignore" });
    children.push(child);
    return child;
  };
  const worker = ["worker", "--lease", lease] as const;
  try {
    await using jobs = await openJobSystem({ bus, drivers: [copy], worker: { takes: "own" } });
    if (victim === "worker") {
      const reply = await jobs.create({ type: "copy", id: "it", args: { from, to }, speed });
      if (isRefusal(reply)) throw new Error(reply.refused);
      await killAfter(afterMs, start(...worker));
    } else {
      const words = ["copy", from, to, "--id", "it", "--speed", `${speed}`, "--lease", lease];
      await killAfter(afterMs, start("run", ...words));
    }
    if (existsSync(to)) expectSame(digestOf(to), whole, "the target right after the kill");
    start(...worker);
    const info = await jobs.settled("it");
    await expectSound(jobs.bus);
    if (info === undefined || info.outcome === null) return { how: "never", epochs: 0 };
    const isThere = existsSync(to);
    if (isThere) expectSame(digestOf(to), whole, "the target at the end");
    if (isThere !== (info.outcome === "success")) {
      throw new Error(`${info.outcome}, but the target is ${isThere ? "there" : "absent"}`);
    }
    const left = readdirSync(folder).filter((name) => name.startsWith("to."));
    if (left.length > 0) throw new Error(`left behind: ${left.join(" ")}`);
    return { how: info.outcome, epochs: info.epoch };
  } finally {
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function killAfter(ms: number, child: ChildProcess): Promise<void> {
  const closed = once(child, "close");
  await Promise.race([realWorld.sleep(ms), closed]);
  child.kill("SIGKILL");
  await closed;
}

function plant(root: string): void {
  for (let file = 0; file < files; file += 1) {
    const folder = join(root, `folder-${file % 7}`);
    mkdirSync(folder, { recursive: true });
    const seed = createHash("sha512").update(`${file}`).digest();
    writeFileSync(join(folder, `file-${file}`), Buffer.alloc(fileBytes, seed));
  }
}

/** Of every name and every byte below a folder. */
function digestOf(root: string): string {
  const hash = createHash("sha256");
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    hash.update(path.slice(root.length));
    if (entry.isFile()) hash.update(readFileSync(path));
  }
  return hash.digest("hex");
}

function expectSame(found: string, wanted: string, what: string): void {
  if (found !== wanted) throw new Error(`${what} differs from the source`);
}

/** Every group's commits are dense and chained, every transition is legal, every job has ended. */
async function expectSound({ log }: Pick<Bus, "log">): Promise<void> {
  const ledgers = new Map<string, Ledger>();
  for await (const batch of log.readAll()) {
    for (const { gid, text } of batch) {
      const ledger = ledgers.get(gid) ?? new Ledger(gid);
      ledgers.set(gid, ledger);
      for (const { from, to } of ledger.read(text).events) {
        if (from === undefined || to === undefined || mayFollow(from, to)) continue;
        throw new Error(`${gid} rev ${ledger.rev}: ${from} -> ${to}`);
      }
    }
  }
  for (const { group } of ledgers.values()) {
    const open = group.jobs.find(({ status }) => status !== "concluded" && status !== "null");
    if (open !== undefined) throw new Error(`${open.id} is still ${open.status}`);
  }
}
