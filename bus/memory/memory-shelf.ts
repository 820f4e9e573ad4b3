/**
 * The shelf as a map of maps. It also serves a file bus that is open for reading only, whose
 * views must stand somewhere and may not be written down.
 */
import type { Row, Shelf } from "../bus.ts";
import type { Lifetime } from "../lifetime.ts";

interface View {
  position: number;
  readonly rows: Map<string, Row>;
  readonly byTag: Map<string, Set<string>>;
}

export function memoryShelf(life: Lifetime): Shelf {
  const views = new Map<string, View>();
  const open = (name: string): View => {
    life.assertOpen();
    return views.get(name) ?? { position: 0, rows: new Map(), byTag: new Map() };
  };

  return {
    position: async (view) => open(view).position,
    async get(name, keys) {
      const { rows } = open(name);
      return keys.map((key) => rows.get(key)).filter((row) => row !== undefined);
    },
    async find(name, tag) {
      const { rows, byTag } = open(name);
      return [...(byTag.get(tag) ?? [])]
        .map((key) => rows.get(key))
        .filter((row) => row !== undefined)
        .toSorted((a, b) => b.order - a.order || (a.key < b.key ? 1 : -1));
    },
    async put(name, rows, from, position) {
      const view = open(name);
      if (view.position !== from) return;
      for (const row of rows) place(view, row);
      view.position = position;
      views.set(name, view);
    },
    async clear(name) {
      open(name);
      views.delete(name);
    },
  };
}

function place(view: View, row: Row): void {
  for (const tag of view.rows.get(row.key)?.tags ?? []) view.byTag.get(tag)?.delete(row.key);
  view.rows.set(row.key, row);
  for (const tag of row.tags) {
    const keys = view.byTag.get(tag) ?? new Set();
    view.byTag.set(tag, keys.add(row.key));
  }
}
