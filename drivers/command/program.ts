/**
 * A program: started behind a gate, so that it never runs unwatched. The gate is a shell that waits
 * for a word on descriptor 3 and then becomes the program; before the word is said the watchdog
 * knows the group, and if this process dies first, the gate reads the end and leaves.
 *
 * Programs that make a session or group of their own (`setsid`, daemons) are out of reach: they are
 * neither stopped nor ended with the job.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Duplex, Readable } from "node:stream";
import { openOutputPipe } from "./output-pipe.ts";
import { ProcessGroup } from "./process-group.ts";
import { watchdog } from "./watchdog.ts";

/** Says what the program is, and where. */
export interface ProgramOrder {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** How the program's first process has ended: one of the two is null. */
export interface Exit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

const gate = `read -r _ <&3 && exec "$@" 3<&- 2>&1`;

export class Program {
  readonly group: ProcessGroup;
  /** What it writes, standard output and error in the order in which they come. */
  readonly output: Readable;
  readonly exited: Promise<Exit>;
  /** Undefined while it runs. */
  exit: Exit | undefined;
  readonly pgid: number;
  readonly #gate: Duplex;

  private constructor(child: ChildProcess, pgid: number, output: Readable) {
    this.pgid = pgid;
    this.group = new ProcessGroup(pgid);
    this.output = output;
    this.#gate = child.stdio[3] as Duplex;
    // Broken when the gate was killed; its exit says so.
    this.#gate.on("error", () => {});
    this.exited = exitOf(child).then((exit) => (this.exit = exit));
  }

  /** Resolves with the program behind its gate, watched. Fails when it cannot be started. */
  static async behindGate({ argv, cwd, env }: ProgramOrder): Promise<Program> {
    using pipe = await openOutputPipe();
    const child = spawn("/bin/sh", ["-c", gate, "jobchart", ...argv], {
      cwd,
      env,
      detached: true,
      stdio: ["ignore", pipe.writeEnd, "ignore", "pipe"],
    });
    const { pid } = child;
    if (pid === undefined) {
      pipe.readable?.destroy();
      const [error] = (await once(child, "error")) as [Error];
      throw new Error(`the program could not be started: ${error.message}`, { cause: error });
    }
    const program = new Program(child, pid, pipe.readable ?? (child.stdout as Readable));
    try {
      await watchdog.guard(pid);
      return program;
    } catch (error) {
      await program.close();
      throw error;
    }
  }

  /** Lets it begin. */
  go(): void {
    this.#gate.end("go\n");
  }

  /** Kills what is left of it. False when something stays in the kernel even then. */
  async close(): Promise<boolean> {
    this.#gate.destroy();
    const isGone = await this.group.kill();
    if (isGone) watchdog.forget(this.pgid);
    return isGone;
  }
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once("exit", (exitCode, signal) => resolve({ exitCode, signal }));
  });
}
