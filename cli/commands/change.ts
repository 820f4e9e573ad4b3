/** `change`: changes what a running job's type lets be changed. */
import { assignments } from "../job-arguments.ts";
import { verbCommand } from "../verb-command.ts";

export const change = verbCommand({
  verb: "change",
  takes: { words: "NAME=TEXT…", most: Infinity },
  summary: "changes a running job, where its type supports that",
  examples: ["change mirror-1 mode=write-blocking", "change resize-1 width:=800"],
  said: (_call, words) => ({ change: assignments(words, "change") }),
});
