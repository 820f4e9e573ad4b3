/** What `jobchart verify` says of a recording. */
import { Readable } from "node:stream";
import { linesOf } from "../conform/lines.ts";
import { judgeQmp } from "../conform/qmp.ts";
import type { Verdict } from "../conform/verdict.ts";
import { toText, type RecordedLine } from "./recording.ts";

export async function verdictOn(lines: readonly RecordedLine[]): Promise<Verdict> {
  return await judgeQmp()(linesOf(Readable.from([Buffer.from(toText(lines))])));
}
