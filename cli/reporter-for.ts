/** The choice of a reporter: bars on a terminal, plain lines in a pipe, JSON lines for scripts. */
import { BarReporter } from "./bar-reporter.ts";
import { JsonReporter } from "./json-reporter.ts";
import { LineReporter } from "./line-reporter.ts";
import { isTerminal } from "./output.ts";
import type { Reporter, Reporting } from "./reporter.ts";

export function reporterFor(reporting: Reporting): Reporter {
  if (reporting.call.isJson) return new JsonReporter(reporting);
  const reporter = isTerminal() ? new BarReporter(reporting) : new LineReporter(reporting);
  reporting.heard.showBy((lines) => reporter.say(lines));
  return reporter;
}
