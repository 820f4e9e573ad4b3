/** The words of a line that is being typed, as far as they were typed, taken apart. */
import { globalOptions, type Options } from "../options.ts";
import { findCommand, parseWords, type Parsed } from "../parse-words.ts";
import { UsageError } from "../usage-error.ts";

export interface Split {
  /** The words before the one that is being typed; the program is not among them. */
  readonly before: readonly string[];
  readonly typed: string;
  /** What was typed of the same word before that: `--status=`. */
  readonly prefix: string;
}

/** `words`: those after the program; the last is being typed, and may be empty. */
export function splitWords(words: readonly string[]): Split {
  const before = words.slice(0, -1);
  const last = words.at(-1) ?? "";
  const [, option, value = ""] = /^(--[^=]+)=(.*)$/s.exec(last) ?? [];
  if (option !== undefined) {
    return { before: [...before, option], typed: value, prefix: `${option}=` };
  }
  // bash makes three words of --status=paused.
  if (last === "=") return { before, typed: "", prefix: "" };
  if (before.at(-1) === "=") return { before: before.slice(0, -1), typed: last, prefix: "" };
  return { before, typed: last, prefix: "" };
}

/** The command's name among the words, and the others; undefined when there is none. */
export function commandIn(
  words: readonly string[],
): { readonly name: string; readonly rest: readonly string[] } | undefined {
  const at = findCommand(words);
  const name = words[at];
  return name === undefined ? undefined : { name, rest: words.toSpliced(at, 1) };
}

/** The option whose value comes next. */
export function awaitedOption(words: readonly string[], own: Options): Options[string] | undefined {
  const [, name = ""] = /^--(.+)$/.exec(words.at(-1) ?? "") ?? [];
  const known: Options = { ...globalOptions, ...own };
  const option = Object.hasOwn(known, name) ? known[name] : undefined;
  return option?.value === undefined ? undefined : option;
}

/** What the words say so far; nothing where they make no sense. */
export function parsedSoFar(words: readonly string[], own: Options): Parsed {
  try {
    return parseWords(words, own);
  } catch (error) {
    if (error instanceof UsageError) return { words: [], options: new Map() };
    throw error;
  }
}
