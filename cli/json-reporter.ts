/** Reports to scripts: every event as a line of history, and at the end a JobInfo for each member. */
import type { HistoryEvent } from "../projections/history.ts";
import { complain, write } from "./output.ts";
import type { Reporter, Reporting } from "./reporter.ts";

export class JsonReporter implements Reporter {
  readonly everyMs = 1_000;
  readonly #reporting: Reporting;

  constructor(reporting: Reporting) {
    this.#reporting = reporting;
  }

  event(event: HistoryEvent): void {
    void write(`${JSON.stringify(event)}\n`);
  }

  tick(): void {
    // Scripts that want progress ask `ls --json`.
  }

  say(text: string): void {
    complain(JSON.stringify({ note: text }));
  }

  end(): void {
    for (const info of this.#reporting.members.infos) void write(`${JSON.stringify(info)}\n`);
  }
}
