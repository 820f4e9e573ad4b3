/**
 * A trial folder: a temporary working folder in which tests run the real program, as child processes
 * on real files. Removed, and what still runs in it killed, when it is disposed of.
 */
import { execFile, spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const program = fileURLToPath(new URL("../bin/jobchart.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class TrialFolder implements Disposable {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), "jobchart-cli-")));
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #running = new Set<Running>();

  /** `env`: more of it for the program. */
  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#env = { ...process.env, JOBCHART_BUS: "", NO_COLOR: "1", ...env };
  }

  /** Runs a command to its end. */
  run(...words: readonly string[]): Promise<Ended> {
    return this.runIn(".", ...words);
  }

  /** As run, in a folder below. */
  runIn(folder: string, ...words: readonly string[]): Promise<Ended> {
    return this.#exec(process.execPath, [program, ...words], folder);
  }

  /** As run, on what the program takes for a terminal. */
  async onTerminal(...words: readonly string[]): Promise<string> {
    const pretend = "data:text/javascript,process.stdout.isTTY=true;process.stdout.columns=120";
    const all = ["--import", pretend, program, ...words];
    const { stdout, stderr } = await this.#exec(process.execPath, all, ".");
    return stripVTControlCharacters(stdout + stderr);
  }

  /** Runs a line of shell, in which `jobchart` is the program. */
  shell(line: string): Promise<Ended> {
    const define = `jobchart() { "${process.execPath}" "${program}" "$@"; }`;
    return this.#exec("bash", ["-c", `${define}; ${line}`], ".");
  }

  /** Runs a command and reads what it prints as JSON lines. */
  async json(...words: readonly string[]): Promise<readonly JsonLine[]> {
    const { stdout, stderr } = await this.run(...words, "--json");
    return linesOf(stdout || stderr);
  }

  /** Starts a command that goes on. */
  start(...words: readonly string[]): Running {
    const running = new Running(
      spawn(process.execPath, [program, ...words], {
        cwd: this.path,
        env: this.#env,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
    this.#running.add(running);
    return running;
  }

  /** Writes a file of `text`, or of so many bytes. */
  file(name: string, content: string | number): string {
    const path = join(this.path, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, typeof content === "string" ? content : Buffer.alloc(content, name));
    return path;
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), "utf8");
  }

  [Symbol.dispose](): void {
    for (const running of this.#running) running.kill("SIGKILL");
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }

  #exec(file: string, words: readonly string[], folder: string): Promise<Ended> {
    const options = { cwd: join(this.path, folder), env: this.#env, maxBuffer: 64 * 1024 ** 2 };
    return new Promise((resolve) => {
      const child = execFile(file, words, options, (_error, stdout, stderr) => {
        resolve({ code: child.exitCode, stdout, stderr });
      });
      child.stdin?.end();
    });
  }
}

export type JsonLine = Readonly<Record<string, unknown>>;

export function linesOf(text: string): readonly JsonLine[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as JsonLine);
}

/** A command that is under way. */
export class Running {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #ended: Promise<unknown>;
  #heard: (() => void) | undefined;
  /** What it has written so far. */
  output = "";

  constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#child = child;
    this.#ended = once(child, "close");
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        this.#heard?.();
      });
    }
  }

  /** Resolves when it has written that; fails when it ends before. */
  async says(what: string | RegExp): Promise<void> {
    const isSaid = (): boolean =>
      typeof what === "string" ? this.output.includes(what) : what.test(this.output);
    while (!isSaid()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#heard = resolve;
      const hasEnded = await Promise.race([promise, this.#ended.then(() => "ended")]);
      if (hasEnded !== undefined && !isSaid()) {
        throw new Error(`ended without saying ${String(what)}:\n${this.output}`);
      }
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves with its exit code, null when a signal ended it. */
  async end(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }
}
