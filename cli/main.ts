/**
 * The command line: finds the command, reads its words, runs it, and turns whatever goes wrong into
 * one message and one exit code. Start here; each command is one file in commands/.
 */
import { readFileSync } from "node:fs";
import { Call } from "./call.ts";
import { exit, type ExitCode } from "./exit-code.ts";
import { failedWith } from "./failure.ts";
import { expectCommand, helpOn } from "./help.ts";
import { hideTitle } from "./hide-title.ts";
import { flush, print } from "./output.ts";
import { findCommand, parseWords } from "./parse-words.ts";

async function main(argv: readonly string[]): Promise<ExitCode> {
  try {
    const at = findCommand(argv);
    if (at === -1) return await withoutCommand(argv);
    const rest = argv.toSpliced(at, 1);
    const name = argv[at] ?? "";
    if (name === "help") return await help(...parseWords(rest, {}).words);
    const command = await expectCommand(name);
    const parsed = parseWords(rest, command.options);
    if (parsed.options.has("help")) return await help(name, ...parsed.words);
    return await command.run(new Call(parsed));
  } catch (error) {
    return call(argv).report(failedWith(error));
  }
}

async function withoutCommand(argv: readonly string[]): Promise<ExitCode> {
  const { options } = parseWords(argv, {});
  if (options.has("version")) {
    await print(version());
    return exit.ok;
  }
  await help();
  return options.has("help") ? exit.ok : exit.usage;
}

async function help(name?: string, type?: string): Promise<ExitCode> {
  await print(await helpOn(name, type));
  return exit.ok;
}

/** Good enough to report on, where the words could not be read. */
function call(argv: readonly string[]): Call {
  return new Call({ words: [], options: new Map(argv.includes("--json") ? [["json", [""]]] : []) });
}

/** Of the package, which is one or two folders up. */
function version(): string {
  const depth = import.meta.filename.endsWith(".ts") ? ".." : "../..";
  const text = readFileSync(new URL(`${depth}/package.json`, import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

async function end(code: ExitCode): Promise<never> {
  await flush();
  process.exit(code);
}

process.on("uncaughtException", (error) => {
  void end(call(process.argv).report(failedWith(error)));
});
hideTitle(process.argv.slice(2));
await end(await main(process.argv.slice(2)));
