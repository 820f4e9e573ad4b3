/**
 * A shelf for the views of one history, on a shelf that may hold others' too: what was folded from
 * another log must never be taken for this one's.
 */
import type { Shelf } from "../bus.ts";

export function ownShelf(shelf: Shelf, generation: string): Shelf {
  const own = (view: string) => `${generation}/${view}`;
  return {
    position: (view) => shelf.position(own(view)),
    get: (view, keys) => shelf.get(own(view), keys),
    find: (view, tag) => shelf.find(own(view), tag),
    put: (view, rows, from, position) => shelf.put(own(view), rows, from, position),
    clear: (view) => shelf.clear(own(view)),
  };
}
