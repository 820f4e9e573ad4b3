/**
 * A process group: the program and what it has started, as long as that stays in the group. It is
 * stopped as long as there is a reason for it, and ends in two steps: asked, then killed.
 */
import { realWorld } from "../../bus/world.ts";
import { groupMembers, hasNoFileLeft, standStill } from "./group-members.ts";

/** Killed processes go at once, unless one is stuck in the kernel. */
const killedMsMax = 5_000;
/** A stop takes effect at once, unless a process is stuck in the kernel. */
const stoppedMsMax = 5_000;
const pollMsMax = 100;

type Reason = "paused" | "throttled";

export class ProcessGroup {
  readonly #pgid: number;
  readonly #reasons = new Set<Reason>();
  /** Its number may be another's by then. */
  #isOver = false;

  constructor(pgid: number) {
    this.#pgid = pgid;
  }

  get isStopped(): boolean {
    return this.#reasons.size > 0;
  }

  stop(reason: Reason): void {
    this.#reasons.add(reason);
    this.signal("SIGSTOP");
  }

  /** Runs again when this was the last reason. */
  lift(reason: Reason): void {
    if (this.#reasons.delete(reason) && !this.isStopped) this.signal("SIGCONT");
  }

  /** False when there is nobody to hear it. */
  signal(signal: NodeJS.Signals | 0): boolean {
    if (this.#isOver) return false;
    try {
      process.kill(-this.#pgid, signal);
    } catch (error) {
      this.#isOver = (error as NodeJS.ErrnoException).code === "ESRCH";
    }
    return !this.#isOver;
  }

  /** Whether every process of it has stopped; false after five seconds. */
  async hasStopped(): Promise<boolean> {
    return this.#comesTo(async () => standStill(await groupMembers(this.#pgid)), stoppedMsMax);
  }

  /**
   * Asks it to end with SIGTERM, kills it after the grace, or as soon as `hurries`, and waits until
   * nothing of it is left. False when something stays in the kernel even then.
   */
  async end(graceMs: number, hurries: () => Promise<boolean>): Promise<boolean> {
    if (!this.signal("SIGTERM")) return true;
    // A stopped one hears nothing else before it goes on.
    this.signal("SIGCONT");
    const isAtEnd = async (): Promise<boolean> => (await this.#isGone()) || hurries();
    if ((await this.#comesTo(isAtEnd, graceMs)) && (await this.goes(0))) return true;
    return this.kill();
  }

  async kill(): Promise<boolean> {
    this.signal("SIGKILL");
    return this.goes(killedMsMax);
  }

  /** Whether none of it lives any more, within the time. */
  async goes(withinMs: number): Promise<boolean> {
    return this.#comesTo(() => this.#isGone(), withinMs);
  }

  /** The dead that nobody has buried yet can still be signalled. */
  async #isGone(): Promise<boolean> {
    return !this.signal(0) || (await groupMembers(this.#pgid)).length === 0;
  }

  async #comesTo(isSo: () => Promise<boolean>, withinMs: number): Promise<boolean> {
    const endsAt = realWorld.monotonic() + withinMs;
    // What cannot be looked at now is not known to be so.
    const isKnown = (): Promise<boolean> =>
      isSo().catch((error: unknown) => {
        if (hasNoFileLeft(error)) return false;
        throw error;
      });
    for (let pollMs = 1; !(await isKnown()); pollMs = Math.min(2 * pollMs, pollMsMax)) {
      const leftMs = endsAt - realWorld.monotonic();
      if (leftMs <= 0) return false;
      await realWorld.sleep(Math.min(pollMs, leftMs));
    }
    return true;
  }
}
