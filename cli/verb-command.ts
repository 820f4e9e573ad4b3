/**
 * The commands that ask one verb: of jobs that are named by their IDs, or of all that a filter
 * chooses. ask-jobs.ts asks and tells.
 */
import type { VerbOptions } from "../jobchart.ts";
import type { Verb } from "../machines/status.ts";
import { askChosen, askNamed } from "./ask-jobs.ts";
import type { Call } from "./call.ts";
import type { Command } from "./command.ts";
import { yesOption } from "./confirm.ts";
import { filterOf, filterOptions, isFiltered } from "./job-filter.ts";
import { noteOption, type Options } from "./options.ts";
import { UsageError } from "./usage-error.ts";

interface VerbCommand {
  readonly verb: Verb;
  readonly summary: string;
  readonly examples: readonly string[];
  readonly options?: Options;
  /** The words that follow the one ID; the default: none, and any number of IDs. */
  readonly takes?: { readonly words: string; readonly most: number };
  /** What the command's own options and words say; the default: nothing. */
  readonly said?: (call: Call, words: readonly string[]) => VerbOptions;
}

const filters = "--status STATUS --type TYPE --label NAME=TEXT…";

export function verbCommand(command: VerbCommand): Command {
  const { verb, summary, examples, options, takes, said } = command;
  const own = Object.keys(options ?? {}).map((name) => ` [--${name}]`);
  const words = takes === undefined ? "" : ` ${takes.words}`;
  const ids = takes === undefined ? "ID…" : "ID";
  return {
    name: verb,
    usage: `{${ids} | ${filters} [--yes]}${words}${own.join("")} [--note TEXT]`,
    summary,
    options: { ...options, ...noteOption, ...filterOptions, ...yesOption },
    examples,
    completes: verb,
    async run(call) {
      const named = wordsOf(call, takes);
      const options = said?.(call, named.words) ?? {};
      if (named.ids.length > 0) return askNamed(call, { verb, options, ids: named.ids });
      return askChosen(call, { verb, options, filter: filterOf(call) });
    },
  };
}

/** The IDs, none where a filter stands in their place, and the words after them. */
function wordsOf(
  call: Call,
  takes: VerbCommand["takes"],
): { readonly ids: readonly string[]; readonly words: readonly string[] } {
  const what = isFiltered(call) ? "" : `the ID of a job, or ${filters}`;
  if (takes === undefined) {
    if (what !== "") return { ids: call.expectWords(what, 1, Infinity), words: [] };
    if (call.words.length > 0) throw bothGiven;
    return { ids: [], words: [] };
  }
  const { words, most } = takes;
  if (what !== "") {
    const [id = "", ...rest] = call.expectWords(`${what}, and ${words}`, 2, 1 + most);
    return { ids: [id], words: rest };
  }
  if (call.words.length > most) throw bothGiven;
  return { ids: [], words: call.expectWords(words, 1, most) };
}

const bothGiven = new UsageError(
  "Jobs are named by their IDs, or chosen by --status, --type and --label: leave out one of both",
);
