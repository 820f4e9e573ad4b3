/** `complete`: lets ready jobs switch over and finish. */
import { verbCommand } from "../verb-command.ts";

export const complete = verbCommand({
  verb: "complete",
  summary: "lets ready jobs switch over and finish",
  examples: ["complete nightly", "complete a b c --note 'as agreed'"],
});
