/**
 * Judges CloudEvents in JSON, one or a batch a line: ours, and those of others whose data says
 * which job (`job` or `id`) has become what (`to` or `status`, and `from`). Whatever else there is
 * is passed over and counted.
 *
 * Late attach is normal. A gap in a source's sequence numbers is admitted: what follows is judged
 * by all that may have happened meanwhile, and the verdict is inconclusive.
 */
import { Divergence } from "./divergence.ts";
import { InSequence, type InOrder } from "./in-sequence.ts";
import { StatusBeliefs } from "./status-beliefs.ts";
import { statusEventOf } from "./status-event.ts";
import type { Judge, Line, Verdict } from "./verdict.ts";

/** The judge of CloudEvents. */
export const judgeCloudEvents: Judge = async (lines) => {
  const reading = new Reading();
  for await (const line of lines) {
    reading.take(line);
    if (reading.isDone) break;
  }
  return reading.verdict();
};

type Finding = Omit<Verdict, "jobs" | "events" | "skipped">;

class Reading {
  readonly #inSequence = new InSequence();
  readonly #beliefs = new StatusBeliefs();
  #lines = 0;
  #cloudEvents = 0;
  #events = 0;
  #passedOver = 0;
  #end: Finding | undefined;
  #gap: Finding | undefined;

  get isDone(): boolean {
    return this.#end !== undefined;
  }

  take(line: Line): void {
    if (line.text.trim() === "") return;
    this.#lines += 1;
    if (line.isCut) {
      this.#end = { verdict: "unreadable", line: line.number, explanation: "the line is too long" };
      return;
    }
    const value = parsed(line.text);
    const batch: readonly unknown[] = Array.isArray(value) ? value : [value];
    this.#judge(line.number, () => batch.forEach((each) => this.#takeOne(each, line.number)));
  }

  verdict(): Verdict {
    this.#judge(this.#lines, () => this.#see(this.#inSequence.rest()));
    const skipped = this.#passedOver + this.#inSequence.repeated;
    const counts = { jobs: this.#beliefs.jobs, events: this.#events, skipped };
    return { ...(this.#end ?? this.#gap ?? this.#atTheEnd()), ...counts };
  }

  #takeOne(value: unknown, line: number): void {
    const event = statusEventOf(value, line);
    if (event !== "no CloudEvent") this.#cloudEvents += 1;
    if (typeof event === "string") this.#passedOver += 1;
    else this.#see(this.#inSequence.take(event));
  }

  #see(released: readonly InOrder[]): void {
    for (const next of released) {
      const { event, missing } = next;
      this.#judge(event.line, () => this.#beliefs.see(next));
      if (this.isDone) return;
      this.#events += 1;
      if (missing > 0) this.#admit(next);
    }
  }

  #admit({ event: { line, source, sequence = 0 }, missing }: InOrder): void {
    const lost = missing === 1 ? "one event is" : `${missing} events are`;
    this.#gap ??= {
      verdict: "inconclusive",
      line,
      observed: `the sequence ${sequence} of ${source}`,
      expected: [`the sequence ${sequence - missing}`],
      explanation: `${lost} missing before this line; what is there can have happened`,
    };
  }

  /** What is thrown is found on that line; the first such place counts. */
  #judge(line: number, judge: () => void): void {
    if (this.isDone) return;
    try {
      judge();
    } catch (error) {
      if (!(error instanceof Divergence)) throw error;
      const { observed, expected, explanation } = error;
      this.#end = { verdict: "diverges", line, observed, expected, explanation };
    }
  }

  #atTheEnd(): Finding {
    if (this.#lines === 0) return { verdict: "inconclusive", explanation: "it is empty" };
    if (this.#cloudEvents === 0) {
      const explanation = 'no line is a CloudEvent: {"specversion":"1.0","id":…}';
      return { verdict: "unreadable", line: 1, explanation };
    }
    if (this.#events === 0) {
      return { verdict: "inconclusive", explanation: "no event tells the status of a job" };
    }
    return { verdict: "conforms" };
  }
}

/** Undefined when the text is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
