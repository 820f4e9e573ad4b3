/** `dismiss`: removes concluded jobs from the list; their history stays. */
import { verbCommand } from "../verb-command.ts";

export const dismiss = verbCommand({
  verb: "dismiss",
  summary: "removes concluded jobs from the list; their history stays",
  examples: ["dismiss nightly", "dismiss a b c --note 'as agreed'"],
});
