/**
 * Judges what a system has recorded, whole: the chain, every transition, every fact against the
 * statecharts, every invariant, and the views. It is `jobchart verify`, for programs.
 */
import type { Bus } from "../bus/bus.ts";
import { judgeOwn } from "./conform/own.ts";
import type { Line, Verdict } from "./conform/verdict.ts";

const head = { format: "jobchart-log", version: 1 };

/** Judges all that the log of a bus holds now; `line` of the verdict counts commits from 2 on. */
export async function judgeLog({ log }: Pick<Bus, "log">): Promise<Verdict> {
  async function* texts() {
    for await (const batch of log.readAll()) for (const { text } of batch) yield text;
  }
  return judgeCommits(texts());
}

/** Judges commits, given as their exact texts, those of each group in order. */
export async function judgeCommits(
  texts: Iterable<string> | AsyncIterable<string>,
): Promise<Verdict> {
  async function* lines(): AsyncGenerator<Line> {
    yield { number: 1, text: JSON.stringify(head), isCut: false };
    let number = 1;
    for await (const text of texts) {
      number += 1;
      yield { number, text, isCut: false };
    }
  }
  return judgeOwn(lines());
}
