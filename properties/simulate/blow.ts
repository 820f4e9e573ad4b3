/** Blows: what befalls a process, or the bus, between two steps. */
import type { WorkItem } from "../../bus/bus.ts";
import type { Chooser } from "./chooser.ts";
import type { Blow } from "./fate.ts";
import type { Member } from "./member.ts";
import type { SimulatedBus } from "./simulated-bus.ts";

/** Longer than a lease, and shorter. */
const freezesMs = [1_500, 6_000, 12_000];
const partitionsMs = [800, 3_000, 9_000];
const jumpsMs = [-3_000, 2_000, 15_000];

/** Strikes somebody and says what was done to whom; undefined when there was nobody to strike. */
export function strike(
  blow: Blow,
  chooser: Chooser,
  { members, bus }: { readonly members: readonly Member[]; readonly bus: SimulatedBus },
): string | undefined {
  if (blow === "queue forgets" || blow === "queue repeats") {
    return strikeQueue(blow, chooser, bus);
  }
  const lives = members.filter(({ life }) => life !== undefined);
  if (lives.length === 0) return undefined;
  const member = chooser.pick("struck", lives);
  const { life } = member;
  if (life === undefined) return undefined;
  switch (blow) {
    case "crash":
      life.kill();
      return `${life.name} dies`;
    case "drain":
      void member.drain();
      return `${life.name} is drained`;
    case "freeze": {
      const forMs = chooser.pick("frozen for", freezesMs);
      life.freeze(forMs);
      return `${life.name} is frozen for ${forMs} ms`;
    }
    case "partition": {
      const forMs = chooser.pick("cut off for", partitionsMs);
      life.partition(forMs);
      return `${life.name} is cut off for ${forMs} ms`;
    }
    case "clock jump": {
      const ms = chooser.pick("jump", jumpsMs);
      life.jump(ms);
      return `${life.name}'s clock jumps by ${ms} ms`;
    }
    case "cut streams":
      life.line.cut();
      return `${life.name}'s streams are cut`;
    default:
      return undefined;
  }
}

function strikeQueue(
  blow: "queue forgets" | "queue repeats",
  chooser: Chooser,
  { items, queue }: SimulatedBus,
): string | undefined {
  const offered: readonly WorkItem[] = [...items.values()];
  if (offered.length === 0) return undefined;
  const item = chooser.pick("item", offered);
  void queue.done(item.uid);
  if (blow === "queue repeats") void queue.offer(item);
  return `the ${blow} ${item.uid}`;
}
