/** A word of the command line as it may be shown: the URL of a fleet without its secrets. */
import { hideSecrets } from "../bus/hide-secrets.ts";
import { isNatsUrl } from "../bus/is-nats-url.ts";

export function shownWord(word: string): string {
  const [, option = "", rest = ""] = /^(--\w+=)?([^]*)$/.exec(word) ?? [];
  return isNatsUrl(rest) ? option + hideSecrets(rest) : word;
}
