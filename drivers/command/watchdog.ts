/**
 * The watchdog: one small process beside this one, which kills every process group that it was told
 * of as soon as this process is gone, however it went. It sees that at the end of a pipe; it is a
 * session of its own, so that no Ctrl-C and no stop of this process's group reaches it.
 */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Writable } from "node:stream";

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

type Dog = ChildProcessByStdio<Writable, null, null>;

class Watchdog {
  readonly #groups = new Set<number>();
  #dog: Dog | undefined;

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
    this.#dog?.stdin.write(`-${pgid}\n`);
  }

  /** One that was killed itself is replaced while there is anything to watch. */
  #start(): Dog {
    const dog = spawn("/bin/sh", ["-c", script, "jobchart-watchdog"], {
      cwd: "/",
      detached: true,
      env: {},
      stdio: ["pipe", "ignore", "ignore"],
    });
    dog.unref();
    (dog.stdin as Writable & { unref(): void }).unref();
    dog.stdin.on("error", () => {});
    dog.on("error", () => {});
    dog.once("exit", () => {
      this.#dog = undefined;
      if (this.#groups.size === 0) return;
      this.#dog = this.#start();
      void told(this.#dog, [...this.#groups]).catch(() => {});
    });
    return dog;
  }
}

function told(dog: Dog, groups: readonly number[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  dog.stdin.write(groups.map((pgid) => `+${pgid}\n`).join(""), (error) => {
    if (error) reject(new Error("no watchdog could be started, and none runs", { cause: error }));
    else resolve();
  });
  return promise;
}

export const watchdog = new Watchdog();
