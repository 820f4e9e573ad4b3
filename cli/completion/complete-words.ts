/**
 * What may follow the words that were typed so far. The shells' scripts ask it at every Tab, so that
 * they need to know nothing themselves. Start here.
 */
import { Call } from "../call.ts";
import type { Command, Commands } from "../command.ts";
import { globalOptions, type Options } from "../options.ts";
import type { Parsed } from "../parse-words.ts";
import type { Candidate, Completion } from "./candidate.ts";
import { jobIds, jobTypes } from "./known-words.ts";
import { awaitedOption, commandIn, parsedSoFar, splitWords } from "./split-words.ts";

/** The values that are files, by what stands for them in the help. */
const fileValues: ReadonlySet<string> = new Set(["FILE", "FOLDER", "TAPE"]);

/** `words`: those after the program up to where somebody types; the last may be empty. */
export async function completeWords(
  words: readonly string[],
  commands: Commands,
): Promise<Completion> {
  const { before, typed, prefix } = splitWords(words);
  const found = await candidates(before, typed, commands);
  if (found === "files") return found;
  return found
    .filter(({ word }) => word.startsWith(typed))
    .map(({ word, about = "" }) => ({ word: prefix + word, about }));
}

async function candidates(
  before: readonly string[],
  typed: string,
  commands: Commands,
): Promise<Completion> {
  if (before.includes("--")) return "files";
  const { name, rest } = commandIn(before) ?? { rest: before };
  const isKnown = name !== undefined && Object.hasOwn(commands, name);
  const command = isKnown ? await commands[name]?.() : undefined;
  const own = command?.options ?? {};
  const awaited = awaitedOption(rest, own);
  const said = parsedSoFar(awaited === undefined ? rest : rest.slice(0, -1), own);
  if (awaited !== undefined) return valuesOf(awaited, said);
  if (typed.startsWith("-")) return optionNames({ ...own, ...globalOptions }, said);
  if (name === undefined || (name === "help" && rest.length === 0)) return commandNames(commands);
  return command === undefined ? [] : wordsOf(command, said);
}

async function valuesOf(
  { value = "", values }: Options[string],
  said: Parsed,
): Promise<Completion> {
  if (values !== undefined) return values.map((word) => ({ word }));
  if (value === "TYPE") return jobTypes(new Call(said));
  return fileValues.has(value) ? "files" : [];
}

function optionNames(known: Options, said: Parsed): readonly Candidate[] {
  return Object.entries(known)
    .filter(([name, { many }]) => many === true || !said.options.has(name))
    .map(([name, { about }]) => ({ word: `--${name}`, about }));
}

async function commandNames(commands: Commands): Promise<readonly Candidate[]> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  const help = { word: "help", about: "what there is, and what one command does" };
  return [...all.map(({ name, summary }) => ({ word: name, about: summary })), help];
}

async function wordsOf({ completes, ...command }: Command, said: Parsed): Promise<Completion> {
  if (completes === undefined) return [];
  if (completes === "file") return "files";
  const isFirst = said.words.length === 0;
  if (typeof completes !== "string") return isFirst ? completes.map((word) => ({ word })) : [];
  if (completes === "type") return isFirst ? jobTypes(new Call(said)) : "files";
  if (!isFirst && !command.usage.includes("ID…")) return [];
  const ids = await jobIds(new Call(said), completes);
  return ids.filter(({ word }) => !said.words.includes(word));
}
