/** `abandon`: gives up on a finishing step that cannot be done. */
import { verbCommand } from "../verb-command.ts";

export const abandon = verbCommand({
  verb: "abandon",
  summary: "gives up on a commit or abort that keeps failing or has no worker; notes the damage",
  examples: ["abandon nightly --note 'target is gone for good'"],
});
