/** What is told of the connection to a bus: that it was lost, why, and that it is there again. */
import type { Bus, Connection } from "../bus/bus.ts";
import type { Call } from "./call.ts";
import { complain } from "./output.ts";

/**
 * Tells for as long as the bus is open; nothing where there is no connection. Each reason once,
 * until there was a connection again.
 */
export function reportConnection(call: Call, bus: Pick<Bus, "onConnection">): void {
  const said = new Set<string>();
  bus.onConnection?.((connection) => {
    const { is, ...rest } = connection;
    const why = rest.why ?? "";
    if (is === "up") said.clear();
    else if (said.has(why) || (why === "" && said.size > 0)) return;
    else said.add(why);
    complain(call.isJson ? JSON.stringify({ connection: is, ...rest }) : textOf(connection));
  });
}

function textOf({ is, to, why }: Connection): string {
  if (is === "up") return `connected to ${to} again`;
  return why === undefined ? `lost ${to}; trying again` : `lost ${to}: ${why}; trying again`;
}
