/**
 * The passes of a run, made one by one by a thread of its own. They tell how much was copied,
 * charge it, and let the job's error policy decide about I/O errors.
 */
import type { RunningJob } from "../../actors/driver.ts";
import { bytePath } from "../copy/byte-path.ts";
import { insist } from "../copy/insist.ts";
import { openMirrorHand, type MirrorHand } from "./mirror-hand.ts";
import type { FollowOrder, Passed, Stride } from "./pass.ts";
import type { MirrorArgs, MirrorPlaces } from "./places.ts";
import { emptyScratch, freshScratch, type Cursor } from "./target.ts";

type Job = RunningJob<MirrorArgs>;

export class Passes implements AsyncDisposable {
  readonly #job: Job;
  readonly #places: MirrorPlaces;
  readonly #cursor: Cursor;
  readonly #hand: MirrorHand = openMirrorHand();
  #strides: AsyncGenerator<Stride, never, void> | undefined;
  #scratch = "";
  #isFirst = true;
  #shownBytes = 0;
  copiedBytes = 0;

  constructor(job: Job, places: MirrorPlaces, cursor: Cursor) {
    this.#job = job;
    this.#places = places;
    this.#cursor = cursor;
  }

  /** Makes the next pass. After an error that was lifted it is begun anew, and finds less to do. */
  async next(): Promise<Passed> {
    return insist(this.#job, () => this.#pass());
  }

  async #pass(): Promise<Passed> {
    let seenBytes = 0;
    try {
      for (;;) {
        this.#strides ??= this.#hand.strides("follow", await this.#order());
        const { value: stride } = await this.#strides.next();
        seenBytes += stride.seenBytes;
        this.#show(stride, seenBytes);
        await this.#job.charge(stride.copiedBytes);
        if (stride.pass === null) continue;
        await emptyScratch(this.#scratch);
        return stride.pass;
      }
    } catch (error) {
      this.#strides = undefined;
      throw error;
    }
  }

  /** In the first pass what was seen, of nobody knows how much; later what was copied beside. */
  #show({ copiedBytes, pass }: Stride, seenBytes: number): void {
    this.copiedBytes += copiedBytes;
    const before = this.#shownBytes;
    this.#shownBytes = this.#isFirst ? Math.max(before, seenBytes) : before + copiedBytes;
    this.#isFirst &&= pass === null;
    this.#job.progress(this.#shownBytes, this.#isFirst ? 0 : this.#shownBytes);
  }

  async #order(): Promise<FollowOrder> {
    const { from, to } = this.#places;
    this.#scratch = await freshScratch(this.#places, this.#job.epoch);
    return {
      from: bytePath(from),
      to: bytePath(to),
      scratch: bytePath(this.#scratch),
      fromInode: this.#cursor.from,
      toInode: this.#cursor.to,
      owner: process.geteuid?.() === 0,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hand[Symbol.asyncDispose]();
  }
}
