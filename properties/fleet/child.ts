/**
 * A command of the real program that is under way as a process of its own: what it says, the
 * signals that it is sent, and how it ended.
 */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { realWorld } from "../../bus/world.ts";

const program = resolve(import.meta.dirname, "../../bin/jobchart.js");

/** How long a process may take to say what is waited for. */
const saysMsMax = 30_000;

export class Child {
  /** What it has written so far, to stdout and stderr. */
  output = "";
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<unknown>;
  #heard = Promise.withResolvers<void>();

  /**
   * Starts `jobchart WORDS` in a folder. `script`: another program with these words; `host`: the
   * name of the host that it shall take this one for.
   */
  constructor(
    words: readonly string[],
    cwd: string,
    { script = program, host }: { readonly script?: string; readonly host?: string } = {},
  ) {
    const preloads = host === undefined ? [notAlone] : [notAlone, ...hostNamed(host)];
    const preload = encodeURIComponent(preloads.join(";"));
    const env = {
      ...process.env,
      JOBCHART_BUS: "",
      NO_COLOR: "1",
      NODE_OPTIONS: `--import=data:text/javascript,${preload}`,
    };
    this.#child = spawn(process.execPath, [script, ...words], {
      cwd,
      env,
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#ended = once(this.#child, "close");
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        this.#heard.resolve();
      });
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resolves when it has written that; fails when it ends before, or after 30 s. */
  async says(what: string | RegExp): Promise<void> {
    const isSaid = (): boolean =>
      typeof what === "string" ? this.output.includes(what) : what.test(this.output);
    const enough = new AbortController();
    const over = Promise.race([
      this.#ended.then(() => "ended"),
      realWorld.sleep(saysMsMax, enough.signal).then(() => "went on for 30 s"),
    ]);
    try {
      while (!isSaid()) {
        const end = await Promise.race([this.#heard.promise, over]);
        this.#heard = Promise.withResolvers();
        if (end === undefined || isSaid()) continue;
        throw new Error(`${end} without saying ${String(what)}:\n${this.output}`);
      }
    } finally {
      enough.abort();
    }
  }

  /** Sends a signal; SIGSTOP and SIGCONT hold it up and let it go on. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends a signal and resolves when it has ended, with its exit code: null when the signal did it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.signal(signal);
    return this.ended();
  }

  /** Resolves when it has ended, with its exit code: null when a signal did it. */
  async ended(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }
}

/** Ends the program when whoever tries it is gone, killed perhaps, and its stdin with him. */
const notAlone = `import { isMainThread } from "node:worker_threads";
if (isMainThread) process.stdin.once("end", () => process.exit(1)).resume().unref()`;

/** Makes Node say so of the host's name. */
function hostNamed(host: string): readonly string[] {
  return [
    'import os from "node:os"',
    'import { syncBuiltinESMExports } from "node:module"',
    `os.hostname = () => ${JSON.stringify(host)}`,
    "syncBuiltinESMExports()",
  ];
}
