/**
 * The ground of a round of killing: a folder with a source in it, a file bus, and processes over
 * that, of which one is the victim. Disposed of, nothing of it is left.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { realWorld } from "../../bus/world.ts";
import { isRefusal, type JobSystem } from "../../jobchart.ts";

const program = resolve(import.meta.dirname, "../../bin/jobchart.js");
const files = 120;
const fileBytes = 100_000;
/** At its speed limit copying the source takes about so long. */
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

export class KillGround implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "jobchart-kill-"));
  readonly from = join(this.folder, "from");
  readonly to = join(this.folder, "to");
  readonly bus = `file:${this.folder}/jobs.db`;
  readonly #children: ChildProcess[] = [];

  constructor() {
    for (let file = 0; file < files; file += 1) {
      const folder = join(this.from, `folder-${file % 7}`);
      mkdirSync(folder, { recursive: true });
      const seed = createHash("sha512").update(`${file}`).digest();
      writeFileSync(join(folder, `file-${file}`), Buffer.alloc(fileBytes, seed));
    }
  }

  /** Has the victim begin the job `it`, of a type that takes FROM and TO, and kills it. */
  async kill(
    jobs: JobSystem,
    { victim, afterMs }: Round,
    {
      type,
      more = {},
    }: { readonly type: string; readonly more?: Readonly<Record<string, string>> },
  ): Promise<void> {
    const { from, to } = this;
    if (victim === "worker") {
      const args = { from, to, ...more };
      const reply = await jobs.create({ type, id: "it", args, speed });
      if (isRefusal(reply)) throw new Error(reply.refused);
      return killAfter(afterMs, this.startWorker());
    }
    const given = Object.entries(more).flatMap(([name, text]) => ["--arg", `${name}=${text}`]);
    const words = [type, from, to, ...given, "--id", "it", "--speed", `${speed}`];
    await killAfter(afterMs, this.#start("run", ...words, "--lease", lease));
  }

  startWorker(): ChildProcess {
    return this.#start("worker", "--lease", lease);
  }

  /** What copying has left beside the target. */
  get leftBehind(): readonly string[] {
    return readdirSync(this.folder).filter((name) => /^(?:to|pivot)\./.test(name));
  }

  #start(...words: readonly string[]): ChildProcess {
    const all = [program, "--bus", this.bus, ...words];
    const child = spawn(process.execPath, all, { stdio: "ignore" });
    this.#children.push(child);
    return child;
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function killAfter(ms: number, child: ChildProcess): Promise<void> {
  const closed = once(child, "close");
  await Promise.race([realWorld.sleep(ms), closed]);
  child.kill("SIGKILL");
  await closed;
}

/** Of every name and every byte below a folder. */
export function digestOf(root: string): string {
  const hash = createHash("sha256");
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    hash.update(path.slice(root.length));
    if (entry.isFile()) hash.update(readFileSync(path));
  }
  return hash.digest("hex");
}
