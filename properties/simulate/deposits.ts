/**
 * Deposits: what drivers have given to be kept, their checkpoints, votes and results. Whoever acts
 * on the job later must be given it again, whoever died meanwhile: of the checkpoints the last that
 * was acknowledged, of the others what the log has taken (L5).
 */
import type { Step } from "../../actors/driver.ts";
import type { Job } from "../../machines/record.ts";

export class Deposits {
  /** By job: the last checkpoint acknowledged, then those that nobody has heard of since. */
  readonly #cursors = new Map<string, readonly string[]>();
  /** By job: its result and its vote. */
  readonly #taken = new Map<string, string>();

  /** A checkpoint is on its way: from here on it may be the one that is given again. */
  offer(uid: string, cursor: unknown): void {
    this.#cursors.set(uid, [...this.#cursorsOf(uid), JSON.stringify(cursor)]);
  }

  /** A checkpoint was acknowledged: no older one will do. */
  keep(uid: string, cursor: unknown): void {
    this.#cursors.set(uid, [JSON.stringify(cursor)]);
  }

  /** The log has taken what the run, or prepare, resolved with. */
  take({ uid, result, prepared }: Job): void {
    this.#taken.set(uid, JSON.stringify([result, prepared]));
  }

  /** Why a run must not begin at that checkpoint; undefined when it may, and does. */
  whyNotRun({ uid, epoch, cursor }: Step, { shape }: Job): string | undefined {
    const isAnew = shape.recover === "restart" && epoch > 1;
    const wanted = isAnew ? ["null"] : this.#cursorsOf(uid);
    this.keep(uid, cursor);
    return whyNone(wanted, cursor);
  }

  /** Why a finishing step must not be given that; undefined when it may. */
  whyNotStep({ uid, cursor, result, prepared }: Step, { shape }: Job): string | undefined {
    const given = JSON.stringify([result, prepared]);
    const taken = this.#taken.get(uid) ?? "[null,null]";
    if (given !== taken) return `L5 result and vote were ${taken}, it is given ${given}`;
    return shape.recover === "restart" ? undefined : whyNone(this.#cursorsOf(uid), cursor);
  }

  #cursorsOf(uid: string): readonly string[] {
    return this.#cursors.get(uid) ?? ["null"];
  }
}

function whyNone(wanted: readonly string[], cursor: unknown): string | undefined {
  const found = JSON.stringify(cursor);
  if (wanted.includes(found)) return undefined;
  return `L5 checkpoint ${wanted[0]} was acknowledged, it begins at ${found}`;
}
