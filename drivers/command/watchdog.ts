/**
 * The watchdog: one small process beside this one, which kills every process group that it was told
 * of as soon as this process is gone, however it went. It sees that at the end of a pipe; it is a
 * session of its own, so that no Ctrl-C and no stop of this process's group reaches it.
 */
import { spawn, type ChildProcess } from "node:child_process";
import type { Writable } from "node:stream";
import { realWorld } from "../../bus/world.ts";

/** One that cannot be started is tried again: a limit of the machine's passes. */
const retryMs = 1_000;

/** One line a group on standard input: `+PGID` to guard it, `-PGID` to forget it. */
const script = `
trap '' HUP INT QUIT TERM
groups=
while read -r line; do
  group=\${line#?}
  case $line in
    +*) groups="$groups $group" ;;
    -*)
      kept=
      for each in $groups; do
        [ "$each" = "$group" ] || kept="$kept $each"
      done
      groups=$kept
      ;;
  esac
done
for each in $groups; do
  kill -s KILL -- "-$each"
done
`;

class Watchdog {
  readonly #groups = new Set<number>();
  #dog: ChildProcess | undefined;

  /** Resolves when the group is sure to be killed with this process. Fails when nobody can watch. */
  async guard(pgid: number): Promise<void> {
    this.#groups.add(pgid);
    const isFresh = this.#dog === undefined;
    const dog = (this.#dog ??= this.#start());
    await told(dog, isFresh ? [...this.#groups] : [pgid]);
  }

  /** To be called when the group is gone: its number may be another's soon. */
  forget(pgid: number): void {
    this.#groups.delete(pgid);
    this.#dog?.stdin?.write(`-${pgid}\n`);
  }

  /** One that was killed itself is replaced while there is anything to watch. */
  #start(): ChildProcess {
    const dog = spawn("/bin/sh", ["-c", script, "jobchart-watchdog"], {
      cwd: "/",
      detached: true,
      env: {},
      stdio: ["pipe", "ignore", "ignore"],
    });
    dog.once("error", () => void this.#replace(dog, retryMs));
    dog.once("exit", () => void this.#replace(dog, 0));
    // Where there are too many open files, it has no pipe either.
    const pipe = dog.stdin as (Writable & { unref(): void }) | undefined;
    pipe?.on("error", () => {});
    pipe?.unref();
    dog.unref();
    return dog;
  }

  async #replace(dog: ChildProcess, afterMs: number): Promise<void> {
    if (this.#dog === dog) this.#dog = undefined;
    if (afterMs > 0) await realWorld.sleep(afterMs, undefined, { background: true });
    if (this.#dog !== undefined || this.#groups.size === 0) return;
    this.#dog = this.#start();
    await told(this.#dog, [...this.#groups]).catch(() => {});
  }
}

/** Fails when the dog is not there to be told. */
function told(dog: ChildProcess, groups: readonly number[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (cause: Error): void =>
    reject(new Error(`no watchdog could be started: ${cause.message}`, { cause }));
  if (dog.pid === undefined) dog.once("error", fail);
  else {
    dog.stdin?.write(groups.map((pgid) => `+${pgid}\n`).join(""), (error) => {
      if (error) fail(error);
      else resolve();
    });
  }
  return promise;
}

export const watchdog = new Watchdog();
