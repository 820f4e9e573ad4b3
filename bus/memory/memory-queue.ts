/**
 * The queue as a map in the order of offering; a taken item is hidden, not gone.
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
  const offered = new Map<string, Held>();
  const news = new Bell();

  const attempt = (wanted: Wanted): Try => {
    const now = world.now();
    let freeAt = Infinity;
    for (const held of offered.values()) {
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
      if (offered.has(item.uid)) return;
      offered.set(item.uid, { item, hiddenUntil: 0 });
      news.ring();
    },
    async take(wanted, signal) {
      life.assertOpen();
      const either = AbortSignal.any([signal, life.closing]);
      return takeOne(async () => attempt(wanted), news, world, either);
    },
    async done(uid) {
      life.assertOpen();
      offered.delete(uid);
    },
    async prepare() {
      life.assertOpen();
    },
  };
}

function fits(item: WorkItem, { types, host, tags = {} }: Wanted): boolean {
  const typeFits = types.length === 0 || types.includes(item.type);
  const hostFits = item.host === undefined || item.host === host;
  return typeFits && hostFits && hasTags(tags, item.require ?? {});
}
