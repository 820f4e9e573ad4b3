/**
 * The pace of asking: how long an answer is waited for before another node is asked as well. Slow
 * nodes get more time, and hardly more copies than they answer: overload must not feed itself.
 */
const againMsMin = 1_000;
/** An answer may take so many times as long as the last one did. */
const tookFactor = 8;
/** Enough that who has just begun finds a well node among some that hang. */
const copiesFirst = 12;
/** For each request that was answered; where every other copy is lost, one is needed on average. */
const copiesMore = 2;
const copiesMax = 1_000;

export class Pace {
  #tookMs = 0;
  /** How often may be asked beside what is not answered yet. */
  #copies = copiesFirst;

  /** How long an answer is waited for at first, 1 s at least. */
  firstMs(msMax: number): number {
    return Math.min(msMax, Math.max(againMsMin, tookFactor * this.#tookMs));
  }

  /** And after that, when whoever was asked seems to hang. */
  get againMs(): number {
    return againMsMin;
  }

  /** A node has answered, however late. */
  answered(tookMs: number): void {
    this.#tookMs = tookMs;
  }

  /** A request has its answer. */
  served(): void {
    this.#copies = Math.min(copiesMax, this.#copies + copiesMore);
  }

  /** Nobody has answered in time: twice as long is waited next. */
  silent(waitedMs: number): void {
    this.#tookMs = Math.max(this.#tookMs, (2 * waitedMs) / tookFactor);
  }

  /** Whether one more copy may be sent, which counts then. */
  mayCopy(): boolean {
    if (this.#copies === 0) return false;
    this.#copies -= 1;
    return true;
  }
}
