/**
 * The queue as a map for each priority, in the order of offering; a taken item is hidden, not gone.
 */
import { Bell } from "../bell.ts";
import type { Queue, Wanted, WorkItem } from "../bus.ts";
import type { Lifetime } from "../lifetime.ts";
import { hasTags } from "../tags.ts";
import { takeOne, type Try, visibilityMs } from "../take.ts";
import type { World } from "../world.ts";

interface Held {
  readonly item: WorkItem;
  hiddenUntil: number;
}

export function memoryQueue(life: Lifetime, world: World): Queue {
  const levels = new Levels();
  const news = new Bell();

  const attempt = (wanted: Wanted): Try => {
    const now = world.now();
    let freeAt = Infinity;
    for (const held of levels.all()) {
      if (!fits(held.item, wanted)) continue;
      if (held.hiddenUntil <= now || held.hiddenUntil > now + visibilityMs) {
        held.hiddenUntil = now + visibilityMs;
        return { item: held.item };
      }
      freeAt = Math.min(freeAt, held.hiddenUntil);
    }
    return { freeInMs: freeAt - now };
  };

  return {
    async offer(item) {
      life.assertOpen();
      if (levels.add({ item, hiddenUntil: 0 })) news.ring();
    },
    async take(wanted, signal) {
      life.assertOpen();
      const either = AbortSignal.any([signal, life.closing]);
      return takeOne(async () => attempt(wanted), news, world, either);
    },
    async done(uid) {
      life.assertOpen();
      levels.remove(uid);
    },
    async prepare() {
      life.assertOpen();
    },
  };
}

/** What is offered, the higher priorities first. */
class Levels {
  readonly #levels = new Map<number, Map<string, Held>>();
  #descending: readonly Map<string, Held>[] = [];

  /** False when it is there already. */
  add(held: Held): boolean {
    const { uid, priority = 0 } = held.item;
    if (this.#descending.some((level) => level.has(uid))) return false;
    this.#levelOf(priority).set(uid, held);
    return true;
  }

  remove(uid: string): void {
    for (const level of this.#descending) level.delete(uid);
  }

  *all(): Generator<Held> {
    for (const level of this.#descending) yield* level.values();
  }

  #levelOf(priority: number): Map<string, Held> {
    const known = this.#levels.get(priority);
    if (known !== undefined) return known;
    const level = new Map<string, Held>();
    this.#levels.set(priority, level);
    const ordered = [...this.#levels].toSorted(([one], [other]) => other - one);
    this.#descending = ordered.map(([, each]) => each);
    return level;
  }
}

function fits(item: WorkItem, { types, host, tags = {} }: Wanted): boolean {
  const typeFits = types.length === 0 || types.includes(item.type);
  const hostFits = item.host === undefined || item.host === host;
  return typeFits && hostFits && hasTags(tags, item.require ?? {});
}
