/** What is said of jobs that are not there, or not any more, or have said nothing. */
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openJobSystem } from "../jobchart.ts";
import { Call } from "./call.ts";
import type { Command } from "./command.ts";
import { logs } from "./commands/logs.ts";
import { rerun } from "./commands/rerun.ts";
import { parseWords } from "./parse-words.ts";
import { TrialFolder } from "./trial-folder.ts";

const noop = { type: "noop", args: {}, run: async () => null };

/** The exit code, and what it says on stderr. */
async function said(command: Command, ...words: readonly string[]) {
  const lines: string[] = [];
  const spy = vi
    .spyOn(process.stderr, "write")
    .mockImplementation((text) => lines.push(String(text)) > 0);
  try {
    const code = await command.run(new Call(parseWords(words, command.options)));
    return [code, lines.join("")];
  } finally {
    spy.mockRestore();
  }
}

test("of a pruned job it is said that it was pruned, of a silent one that it said nothing", async () => {
  using folder = new TrialFolder();
  const bus = `file:${join(folder.path, "jobs.db")}`;
  await using jobs = await openJobSystem({ bus, drivers: [noop], worker: true });
  await jobs.create({ type: "noop", id: "gone" });
  const ended = await jobs.settled("gone");
  const silence = "jobchart: gone: it said nothing, or longer than 30 days ago\n";
  expect(await said(logs, "gone", "--bus", bus)).toEqual([0, silence]);
  await jobs.prune({ endedBy: Date.parse(ended?.["ended-at"] ?? "") + 1 });
  const pruned = "it was pruned; 'jobchart show gone' says how it ended";
  for (const command of [logs, rerun]) {
    expect(await said(command, "gone", "--bus", bus)).toEqual([
      3,
      `jobchart: gone: Job not found: ${pruned}\n`,
    ]);
    const never = "jobchart: never: Job not found\n";
    expect(await said(command, "never", "--bus", bus)).toEqual([3, never]);
  }
});
