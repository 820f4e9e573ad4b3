/**
 * From the words of a command line to a command's name, its positional words and its options.
 * Options may stand anywhere; everything after `--` is positional, and so is a negative number.
 */
import { parseArgs } from "node:util";
import { globalOptions, type Options } from "./options.ts";
import { suggestion } from "./nearest.ts";
import { UsageError } from "./usage-error.ts";

export interface Parsed {
  readonly words: readonly string[];
  /** Every value of every option that was given; a flag's is "". */
  readonly options: ReadonlyMap<string, readonly string[]>;
}

/** Where the words of a program are to stand. */
export const programAdvice = "write '-- PROGRAM …'";

const shortNames: Readonly<Record<string, string>> = { h: "help", V: "version" };

/** Where the command's name stands in the words; -1 when there is none. */
export function findCommand(argv: readonly string[]): number {
  const token = tokensOf(argv, globalOptions).find(({ kind }) => kind === "positional");
  return token?.index ?? -1;
}

/** Fails with UsageError at an unknown option, a missing or an unexpected value. */
export function parseWords(argv: readonly string[], own: Options): Parsed {
  const known: Options = { ...globalOptions, ...own };
  const words: string[] = [];
  const options = new Map<string, readonly string[]>();
  let lastIndex = -1;
  for (const token of tokensOf(argv, known)) {
    const word = argv[token.index] ?? "";
    const isFirst = token.index !== lastIndex;
    lastIndex = token.index;
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional" || isNegativeNumber(word)) {
      if (isFirst) words.push(word);
      continue;
    }
    const name = shortNames[token.name] ?? token.name;
    const hasProgram = words[0] === "command" && words.length > 1;
    const value = valueOf(token, { known, name, hasProgram });
    const before = options.get(name) ?? [];
    if (before.length > 0 && known[name]?.value !== undefined && known[name].many !== true) {
      throw new UsageError(`Option '--${name}' is given more than once`);
    }
    options.set(name, [...before, value]);
  }
  return { words, options };
}

function tokensOf(argv: readonly string[], known: Options) {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { value, optional }]) => {
      const takesNext = value !== undefined && optional !== true;
      return [name, { type: takesNext ? ("string" as const) : ("boolean" as const) }];
    }),
  );
  const config = { args: [...argv], options, strict: false, tokens: true } as const;
  return parseArgs(config).tokens;
}

type OptionToken = Extract<ReturnType<typeof tokensOf>[number], { kind: "option" }>;

interface Place {
  readonly known: Options;
  readonly name: string;
  /** Whether words of a program stand before it. */
  readonly hasProgram: boolean;
}

function valueOf(token: OptionToken, { known, name, hasProgram }: Place): string {
  const option = Object.hasOwn(known, name) ? known[name] : undefined;
  if (option === undefined && hasProgram) {
    throw new UsageError(`Unknown option '${token.rawName}': ${programAdvice}`);
  }
  if (option === undefined) {
    const near = suggestion(name, Object.keys(known), "--");
    throw new UsageError(`Unknown option '${token.rawName}'.${near}`);
  }
  if (option.value === undefined) {
    if (token.value === undefined) return "";
    throw new UsageError(`Option '--${name}' takes no value`);
  }
  if (option.optional === true && token.value === "") {
    throw new UsageError(`Option '--${name}=' has an empty value: --${name}=${option.value}`);
  }
  if (option.optional === true) return token.value ?? "";
  const isOption = token.inlineValue !== true && token.value?.startsWith("--") === true;
  if (token.value === undefined || isOption) {
    throw new UsageError(`Option '--${name}' needs a value: --${name} ${option.value}`);
  }
  return token.value;
}

function isNegativeNumber(word: string): boolean {
  return /^-[0-9.]/.test(word);
}
