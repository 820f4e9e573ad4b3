/** `completion`: a script for a shell, which then completes commands, options, ids and types. */
import { resolve } from "node:path";
import { choiceOf } from "../choice.ts";
import type { Command, Commands } from "../command.ts";
import { completeWords } from "../completion/complete-words.ts";
import { anyFile, scripts, shells } from "../completion/scripts.ts";
import { exit } from "../exit-code.ts";
import { print, tame } from "../output.ts";
import { program } from "../program.ts";
import { shellWord } from "../shell-word.ts";

/** `commands`: all there are, this one too. */
export function completionOf(commands: Commands): Command {
  return {
    name: "completion",
    usage: "bash|zsh|fish",
    summary: "prints a script by which a shell completes commands, options, ids of jobs, and types",
    options: { words: { about: "what may follow the words after --; it is what the script asks" } },
    examples: [
      'completion bash   # in ~/.bashrc: eval "$(jobchart completion bash)"',
      "completion fish > ~/.config/fish/completions/jobchart.fish",
    ],
    completes: shells,
    async run(call) {
      if (call.flag("words")) {
        for (const line of await linesFor(call.words, commands)) await print(line);
        return exit.ok;
      }
      const [name = ""] = call.expectWords("the shell: bash, zsh or fish", 1);
      await print(scripts[choiceOf(name, shells, "completion")](callable()));
      return exit.ok;
    },
  };
}

async function linesFor(words: readonly string[], commands: Commands): Promise<readonly string[]> {
  const found = await completeWords(words, commands);
  if (found === "files") return [anyFile];
  return found.map(({ word, about = "" }) => `${word}\t${tame(about)}`);
}

/** How a script calls us from any folder: `npx` takes far too long for who waits at a Tab. */
function callable(): string {
  if (program === "jobchart") return program;
  return [process.execPath, resolve(process.argv[1] ?? "")].map(shellWord).join(" ");
}
