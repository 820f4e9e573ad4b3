/** What is told of the connection to a bus: that it was lost, and that it is there again. */
import type { Bus, Connection } from "../bus/bus.ts";
import type { Call } from "./call.ts";
import { complain } from "./output.ts";

/** Tells for as long as the bus is open; nothing where there is no connection. */
export function reportConnection(call: Call, bus: Pick<Bus, "onConnection">): void {
  const report = ({ is, to }: Connection): void => {
    const text = is === "up" ? `connected to ${to} again` : `lost ${to}; trying again`;
    complain(call.isJson ? JSON.stringify({ connection: is, to }) : text);
  };
  bus.onConnection?.(report);
}
