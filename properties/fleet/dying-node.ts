/**
 * A node that dies between two steps of a creation: when the job's id is reserved, and before
 * anything of it is in the log. `node dying-node.ts URL`.
 */
import { openBus } from "../../bus/open-bus.ts";
import { realWorld } from "../../bus/world.ts";
import { openJobSystem } from "../../jobchart.ts";

const url = process.argv[2] ?? "";
const bus = await openBus(url, { world: realWorld, create: true });
const log: typeof bus.log = {
  ...bus.log,
  append: async () => {
    process.kill(process.pid, "SIGKILL");
    return new Promise<never>(() => undefined);
  },
};
await openJobSystem({ bus: { ...bus, log }, node: true });
console.log(`serving ${url}`);
