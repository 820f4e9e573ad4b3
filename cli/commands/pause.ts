/** `pause`: pauses jobs at their next pause point. */
import { verbCommand } from "../verb-command.ts";

export const pause = verbCommand({
  verb: "pause",
  summary: "pauses jobs at their next pause point",
  examples: ["pause nightly", "pause a b c --note 'as agreed'"],
});
