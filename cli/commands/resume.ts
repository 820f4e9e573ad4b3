/** `resume`: lets paused jobs go on. */
import { verbCommand } from "../verb-command.ts";

export const resume = verbCommand({
  verb: "resume",
  summary: "lets paused jobs go on",
  examples: ["resume nightly", "resume a b c --note 'as agreed'"],
});
