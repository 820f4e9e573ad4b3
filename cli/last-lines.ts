/** The last lines of what a job has said, as a terminal would have left them. */
import { stripVTControlCharacters } from "node:util";
import type { Output } from "../jobchart.ts";

const linesMax = 10;

/** Without colours; of a line that was written over and over the last state. */
export function lastLines({ bytes }: Pick<Output, "bytes">): readonly string[] {
  const text = stripVTControlCharacters(Buffer.from(bytes, "base64").toString());
  const lines = text.trimEnd().split("\n");
  return lines.slice(-linesMax).map((line) => line.trimEnd().split("\r").at(-1) ?? "");
}
