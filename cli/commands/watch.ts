/** `watch`: events as they come, of one job or of all, until it is interrupted. */
import { jobNotFound, refusal } from "../../machines/refusal.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { reportConnection } from "../connection-report.ts";
import { exit } from "../exit-code.ts";
import { eventLine } from "../history-table.ts";
import { positionOf } from "../moment.ts";
import { isTerminal, print } from "../output.ts";
import { UsageError } from "../usage-error.ts";

export const watch: Command = {
  name: "watch",
  usage: "[ID] [--from POSITION]",
  summary: "shows events as they come, until it is interrupted",
  options: {
    from: { value: "POSITION", about: "what came after that place first; 0: everything" },
  },
  completes: "job",
  examples: ["watch", "watch nightly", "watch --from 0 --json"],
  async run(call) {
    const [job] = call.expectWords("", 0, 1);
    const after = afterOf(call);
    await using system = await call.open();
    reportConnection(call, system.bus);
    const isUnknown = job !== undefined && (await system.uidOf(job)) === undefined;
    if (isUnknown) return call.refuse(refusal(jobNotFound, "exists", "watch"), job);
    const stop = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
    const options = { ...after, ...(job === undefined ? {} : { job }), signal: stop.signal };
    const isJson = call.isJson || !isTerminal();
    for await (const event of system.watch(options)) {
      await print(isJson ? JSON.stringify(event) : eventLine(event));
    }
    return exit.ok;
  },
};

function afterOf(call: Call): { readonly after?: number } {
  const text = call.text("from");
  if (text === undefined) return {};
  const after = positionOf(text);
  if (after !== undefined) return { after };
  throw new UsageError(`--from: expected a position, found '${text}'`);
}
