/** `change`: changes what a running job's type lets be changed. */
import type { Command } from "../command.ts";
import { noteOption } from "../options.ts";
import { assignments } from "../job-arguments.ts";
import { askAll } from "../verb-command.ts";

export const change: Command = {
  name: "change",
  usage: "ID NAME=TEXT… [--note TEXT]",
  summary: "changes a running job, where its type supports that",
  options: noteOption,
  examples: ["change mirror-1 mode=write-blocking", "change resize-1 width:=800"],
  async run(call) {
    const [id = "", ...words] = call.expectWords("an ID and a NAME=TEXT", 2, Infinity);
    const change = assignments(words, "change");
    return askAll(call, { verb: "change", ids: [id], options: { change } });
  },
};
