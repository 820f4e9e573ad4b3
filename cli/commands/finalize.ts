/** `finalize`: lets a job, and all that finish with it, make their results count. */
import { verbCommand } from "../verb-command.ts";

export const finalize = verbCommand({
  verb: "finalize",
  summary: "lets a job, and all that finish with it, make their results count",
  examples: ["finalize nightly", "finalize a b c --note 'as agreed'"],
});
