/** `start`: starts jobs that are held. */
import { verbCommand } from "../verb-command.ts";

export const start = verbCommand({
  verb: "start",
  summary: "starts jobs that are held",
  examples: ["start nightly", "start a b c --note 'as agreed'"],
});
