/**
 * A process for tests: `relay-process.ts URL` relays the log of that bus into its feed until it is
 * killed, and says on a line of its own `added HEAD` or `refused` of each append, and what went
 * wrong otherwise.
 */
import type { Outlet } from "../../bus/bus.ts";
import { openBus } from "../../bus/open-bus.ts";
import { realWorld } from "../../bus/world.ts";
import { relay } from "../../projections/relay.ts";

const [url = ""] = process.argv.slice(2);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const bus = await openBus(url, { world: realWorld, create: false });
const outlet: Outlet = {
  ...bus.outlet,
  append: async (entries, expectedHead) => {
    try {
      const head = await bus.outlet.append(entries, expectedHead);
      say(`added ${head}`);
      return head;
    } catch (error) {
      say("refused");
      throw error;
    }
  },
};
say("relaying");
await relay(
  { ...bus, outlet },
  {
    world: realWorld,
    signal: new AbortController().signal,
    onError: (error) => say(String(error)),
  },
);
