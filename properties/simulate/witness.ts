/**
 * The witness: sees every callback of every driver from outside, and knows what the log says at
 * that moment. It tells what a driver may rely on: one run an epoch, no side effect once the claim
 * is known to be lost or its lease is over, none while it is parked, one kind of commit and abort,
 * clean after it, no try before its time, nothing of a job never claimed (S9, F4, G5, E7).
 */
import type { RunningJob, Step } from "../../actors/driver.ts";
import type { Job } from "../../machines/record.ts";
import { isParked } from "../../machines/status.ts";
import type { Witnessed } from "./auditor.ts";
import { Deeds, type Deed } from "./deeds.ts";
import { Deposits } from "./deposits.ts";

export type Call = Deed | "effect";

/** Who makes a callback. */
export interface Caller {
  readonly life: string;
  /** By its own clock, milliseconds since 1970. */
  readonly now: () => number;
}

export interface WitnessOptions {
  /** The job as the log has it now. */
  readonly jobOf: (uid: string) => Job | undefined;
  /** Whether the log says that this epoch's worker was lost. */
  readonly isLost: (uid: string, epoch: number) => boolean;
  /** Whether the bus still has the lease of that session. */
  readonly isLeased: (session: string) => Promise<boolean>;
  readonly onBroken: (what: string) => void;
  readonly onCall: (what: string) => void;
}

export class Witness {
  readonly deeds = new Deeds();
  readonly deposits = new Deposits();
  readonly #options: WitnessOptions;
  readonly #runs = new Set<string>();
  readonly #acts = new Map<string, Call>();
  readonly #counts = new Map<string, number>();

  constructor(options: WitnessOptions) {
    this.#options = options;
  }

  /** Notes a callback, before it does anything; returns how often this one was made of the job. */
  see(call: Call, step: Step | RunningJob, { life, now }: Caller): number {
    const { uid, id, epoch } = step;
    const said = `${call} of ${id} in epoch ${epoch} by ${life}`;
    if (call !== "effect") this.#options.onCall(said);
    const broken = (why: string | undefined): void => {
      if (why !== undefined) this.#options.onBroken(`${said}: ${why}`);
    };
    broken(this.#whyNot(call, step, now()));
    void this.#whyNotLeased(step).then(broken);
    const key = `${call} ${uid}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count;
  }

  /** How often the callback was made of the job. */
  countOf(call: Call, uid: string): number {
    return this.#counts.get(`${call} ${uid}`) ?? 0;
  }

  /** A run goes on after an I/O error: its policy ignores that, or a user has resumed it. */
  seeRetry({ uid, id, epoch }: RunningJob): void {
    const job = this.#options.jobOf(uid);
    const isOver = job?.epoch !== epoch || this.#options.isLost(uid, epoch);
    if (isOver || job.ioStatus === "ok" || job.cancel === "force") return;
    this.#options.onBroken(`${id} goes on: S13 nobody has resumed it since its I/O error`);
  }

  /** Sees what became of a report. */
  commit({ input, before, decision }: Witnessed): void {
    if (!("epoch" in input)) return;
    const was = before.jobs.find(({ uid }) => uid === input.uid);
    const is = decision.next.jobs.find(({ uid }) => uid === input.uid);
    if (was === undefined || is === undefined) return;
    const why = this.deeds.whyNot(input, was, is);
    if (why !== undefined) this.#options.onBroken(`${input.verb} of ${is.id}: ${why}`);
    this.deposits.take(is);
  }

  async #whyNotLeased({ uid, epoch }: Step): Promise<string | undefined> {
    const job = this.#options.jobOf(uid);
    if (job?.epoch !== epoch || job.claim === null) return undefined;
    const isLeased = await this.#options.isLeased(job.claim.session);
    return isLeased ? undefined : "F4 the lease of its session is over";
  }

  #whyNot(call: Call, step: Step, now: number): string | undefined {
    const { uid, epoch } = step;
    const job = this.#options.jobOf(uid);
    if (job === undefined || job.epoch === 0) return "S9 the job was never claimed";
    if (epoch > job.epoch) return `F5 the log knows of no epoch after ${job.epoch}`;
    if (this.#options.isLost(uid, epoch)) return "F4 the log had declared this epoch lost before";
    if (epoch < job.epoch) return undefined;
    if (call !== "run" && call !== "effect") return this.#whyNotStep(call, step, { job, now });
    if (isParked(job.status)) return `E7 it is ${job.status}`;
    if (call === "effect") return undefined;
    const key = `${uid} ${epoch}`;
    if (this.#runs.has(key)) return "F5 it ran in this epoch before";
    this.#runs.add(key);
    return this.deposits.whyNotRun(step, job);
  }

  #whyNotStep(
    call: Call,
    step: Step,
    { job, now }: { readonly job: Job; readonly now: number },
  ): string | undefined {
    const { uid } = step;
    const isFinal = job.done === "cleaned" && job.damage === null;
    if (isFinal) return "S9 it was cleaned up before";
    const earlyMs = job.stuck?.step === call ? job.stuck.retryAt - now : 0;
    if (earlyMs > 0) return `it is tried again ${earlyMs} ms before its time`;
    const given = this.deposits.whyNotStep(step, job);
    if (given !== undefined) return given;
    if (call === "prepare") {
      return job.decision === "commit" ? "G9 commit was decided before" : undefined;
    }
    if (job.decision === "none") return "G5 nothing was decided";
    if (call === "clean") {
      const act = job.decision;
      const isDue = !job.shape.can.includes(act) || job.done !== "nothing" || job.damage !== null;
      return isDue ? undefined : `S9 ${act} was not acknowledged before`;
    }
    const other = this.#acts.get(uid) ?? call;
    this.#acts.set(uid, call);
    if (other !== call) return `S9 ${other} was called before`;
    return job.decision === call ? undefined : `G5 ${job.decision} was decided`;
  }
}
