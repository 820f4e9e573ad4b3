/** Reports in plain lines: one for each change that matters, and where the work stands now and then. */
import type { HistoryEvent } from "../projections/history.ts";
import { changeLine, notices, standingLine } from "./tidings.ts";
import { write } from "./output.ts";
import type { Reporter, Reporting } from "./reporter.ts";
import { outcomeLines } from "./outcome-lines.ts";

export class LineReporter implements Reporter {
  readonly everyMs = 5_000;
  readonly #reporting: Reporting;

  constructor(reporting: Reporting) {
    this.#reporting = reporting;
  }

  event(event: HistoryEvent): void {
    const change = changeLine(event, this.#reporting);
    if (change !== undefined) this.say(change);
    for (const line of notices(event, this.#reporting)) this.say(line);
  }

  tick(): void {
    for (const info of this.#reporting.members.infos) {
      const standing = standingLine(info);
      if (standing !== undefined) this.say(standing);
    }
  }

  say(text: string): void {
    void write(`${text}\n`);
  }

  end(): void {
    this.#reporting.heard.end();
    for (const line of outcomeLines(this.#reporting)) this.say(line);
  }
}
