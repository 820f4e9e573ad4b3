/**
 * Judges a QMP log: whether a QEMU can have sent it. See qmp/: a line becomes a message, the
 * monitor follows what each job may be doing, and the first message that cannot be is explained.
 *
 * A log need not hold everything. What holds commands is taken to hold all that were given about
 * the jobs that it creates; of other jobs, and of a log without commands, anything may have been
 * asked unseen.
 */
import { explain } from "./qmp/explain.ts";
import { isUnclear } from "./qmp/job-event.ts";
import { isFields, messageOf, type Message } from "./qmp/message.ts";
import { Monitor, type Placed } from "./qmp/monitor.ts";
import { Recent } from "./qmp/recent.ts";
import type { QemuVersion } from "./qmp/tables.ts";
import { timesOf, type Times } from "./qmp/times.ts";
import type { Oddity } from "./qmp/world.ts";
import type { Judge, Line, Verdict } from "./verdict.ts";

export interface QmpOptions {
  /** Whose tables hold where the log does not say; default 10.0. */
  readonly qemu?: QemuVersion;
}

/** Messages that are read on after a divergence, to explain it. */
const aheadMax = 20;

export function judgeQmp({ qemu = "10.0" }: QmpOptions = {}): Judge {
  return (lines) => new QmpJudge(qemu).judge(lines);
}

class QmpJudge {
  readonly #monitor: Monitor;
  readonly #recent: Recent;
  #objects = 0;
  #skipped = 0;
  #lines = 0;
  /** The first line that lost a message after something was known. */
  #gap: number | undefined;
  /** A message that was cut, which is no gap if nothing follows it. */
  #cut: number | undefined;
  #times: Times = {};
  #backLine: number | undefined;

  constructor(qemu: QemuVersion) {
    this.#monitor = Monitor.start(qemu);
    this.#recent = new Recent(this.#monitor);
  }

  async judge(lines: AsyncIterable<Line>): Promise<Verdict> {
    let odd: Oddity | undefined;
    const ahead: Placed[] = [];
    for await (const line of lines) {
      if (line.text.trim() === "") continue;
      const message = this.#read(line);
      if (message === undefined) continue;
      const placed = { line: line.number, message };
      if (odd !== undefined) {
        if (ahead.push(placed) >= aheadMax) break;
        continue;
      }
      this.#recent.add(this.#monitor, placed, line.text.length);
      odd = this.#monitor.take(placed);
    }
    return odd === undefined ? this.#end() : this.#diverged(odd, ahead);
  }

  /** The message of a line; undefined when it is none. */
  #read({ number, text, isCut }: Line): Message | undefined {
    this.#lines += 1;
    if (this.#cut !== undefined) this.#skip(this.#cut);
    const value = isCut ? undefined : parsed(text);
    const said = messageOf(value);
    const message = said?.kind === "event" && isUnclear(said) ? undefined : said;
    if (isFields(value)) {
      this.#objects += 1;
      const times = timesOf(value, this.#times);
      if (times.isBack) this.#backLine ??= number;
      this.#times = times;
    } else if (isCut || text.trimStart().startsWith("{")) this.#cut = number;
    if (message === undefined) this.#skipped += 1;
    return message;
  }

  #skip(line: number): void {
    if (this.#monitor.world.hasEvidence) this.#gap ??= line;
    this.#cut = undefined;
    this.#monitor.skip();
    this.#recent.skip(this.#monitor);
  }

  #diverged(odd: Oddity, ahead: readonly Placed[]): Verdict {
    const { base, since } = this.#recent.past;
    const { expected, nearest } = explain(base, since, ahead, odd);
    const { strange } = this.#monitor;
    const version = strange && `${strange.major}.${strange.minor}`;
    const explanation = [
      odd.why,
      ...(nearest === undefined ? [] : [`nearest: ${nearest}`]),
      ...(version === undefined
        ? []
        : [
            `judged by the tables of ${this.#monitor.world.tables.version}: those of ${version} are not known`,
          ]),
      ...this.#notes(),
    ].join("; ");
    return {
      verdict: version === undefined ? "diverges" : "inconclusive",
      line: odd.line,
      observed: odd.observed,
      expected,
      explanation,
      ...this.#counts(),
    };
  }

  #end(): Verdict {
    const counts = this.#counts();
    if (this.#lines > 0 && this.#objects === 0) {
      const explanation = "no line of it is a JSON object: this is no QMP log";
      return { verdict: "unreadable", line: 1, explanation, ...counts };
    }
    const notes = this.#notes();
    const { hasEvidence } = this.#monitor.world;
    if (!hasEvidence) notes.unshift(this.#lines === 0 ? "it is empty" : "it shows no job");
    const isSure = hasEvidence && this.#gap === undefined;
    return {
      verdict: isSure ? "conforms" : "inconclusive",
      ...(notes.length > 0 && { explanation: notes.join("; ") }),
      ...counts,
    };
  }

  #notes(): string[] {
    return [
      ...(this.#gap === undefined ? [] : [`line ${this.#gap} was cut: what it said is not known`]),
      ...(this.#backLine === undefined
        ? []
        : [`at line ${this.#backLine} the clock goes back: the order of the lines was judged`]),
    ];
  }

  #counts(): Pick<Verdict, "jobs" | "events" | "skipped"> {
    const { jobsSeen, eventsSeen } = this.#monitor.world;
    return { jobs: jobsSeen, events: eventsSeen, skipped: this.#skipped };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
