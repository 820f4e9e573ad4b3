/**
 * Reports on a terminal: one line a member, redrawn in place, with a bar, the rate and the remaining
 * time, or what the member waits for. What else is to be said scrolls by above.
 */
import type { HistoryEvent } from "../projections/history.ts";
import type { JobInfo } from "../projections/job-info.ts";
import { paint, terminalSize, write } from "./output.ts";
import type { Reporter, Reporting } from "./reporter.ts";
import { outcomeLines } from "./outcome-lines.ts";
import { aligned, fitted } from "./table.ts";
import { notices } from "./tidings.ts";
import { paceText, progressText, stateText } from "./words.ts";

const barColumns = 24;
const clearBelow = "\u{1b}[J";

export class BarReporter implements Reporter {
  readonly everyMs = 100;
  readonly #reporting: Reporting;
  #drawn = 0;

  constructor(reporting: Reporting) {
    this.#reporting = reporting;
  }

  event(event: HistoryEvent): void {
    for (const line of notices(event, this.#reporting)) this.say(line);
  }

  tick(): void {
    this.#draw(this.#lines());
  }

  say(text: string): void {
    this.#draw([]);
    void write(`${text}\n`);
    this.tick();
  }

  end(): void {
    this.#reporting.heard.end();
    this.#draw([]);
    for (const line of outcomeLines(this.#reporting)) void write(`${line}\n`);
  }

  #lines(): readonly string[] {
    const { infos } = this.#reporting.members;
    const room = Math.max(1, terminalSize().rows - 2);
    const unfinished = infos.filter(({ outcome }) => outcome === null);
    const shown = infos.length <= room ? infos : unfinished.slice(0, room - 1);
    const hidden = infos.length - shown.length;
    const lines = aligned(
      shown.map((info) => [paint("bold", info.id), bar(info), progressText(info), said(info)]),
    );
    return hidden > 0 ? [...lines, `and ${hidden} more`] : lines;
  }

  #draw(lines: readonly string[]): void {
    const { columns } = terminalSize();
    const up = this.#drawn === 0 ? "" : `\u{1b}[${this.#drawn}A`;
    const text = lines.map((line) => `${fitted(line, columns)}\n`).join("");
    if (up !== "" || text !== "") void write(`\r${up}${clearBelow}${text}`);
    this.#drawn = lines.length;
  }
}

function bar({ percent, outcome, "total-progress": total }: JobInfo): string {
  const share = outcome === "success" ? 1 : total === 0 ? 0 : (percent ?? 0) / 100;
  const filled = Math.floor(share * barColumns);
  return `[${"█".repeat(filled)}${"·".repeat(barColumns - filled)}]`;
}

/** The pace where all is as it should be, else what is the matter. */
function said(info: JobInfo): string {
  const pace = paceText(info);
  const isPlain = info.status === "running" && info["waiting-for"] === null && !info.paused;
  return isPlain && info.cancel === "no" && pace !== "" ? pace : stateText(info);
}
