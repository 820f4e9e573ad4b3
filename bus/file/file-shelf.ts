/**
 * The shelf as tables in the scratch file: rows by view and key, and an index of their tags.
 */
import type { Row, Shelf } from "../bus.ts";
import type { Connection } from "./connection.ts";
import type { Store } from "./store.ts";

interface StoredRow {
  readonly key: string;
  readonly ord: number;
  readonly tags: string;
  readonly text: string;
}

const positionOf = "SELECT position FROM shelf_view WHERE view = ?";
const move = "INSERT OR REPLACE INTO shelf_view (view, position) VALUES (?, ?)";
const byKey = "SELECT key, ord, tags, text FROM shelf_row WHERE view = ? AND key = ?";
const byTag = `SELECT r.key, r.ord, r.tags, r.text FROM shelf_tag t
  JOIN shelf_row r ON r.view = t.view AND r.key = t.key
  WHERE t.view = ? AND t.tag = ? ORDER BY t.ord DESC, t.key DESC`;
const putRow = `INSERT OR REPLACE INTO shelf_row (view, key, ord, tags, text)
  VALUES (?, ?, ?, ?, ?)`;
const putTag = "INSERT OR IGNORE INTO shelf_tag (view, tag, ord, key) VALUES (?, ?, ?, ?)";
const dropTag = "DELETE FROM shelf_tag WHERE view = ? AND tag = ? AND ord = ? AND key = ?";

export function fileShelf(store: Store): Shelf {
  return {
    position: (view) =>
      store.read(`reading the position of view ${view}`, (connection) =>
        positionNow(connection, view),
      ),
    get: (view, keys) =>
      store.read(`reading rows of view ${view}`, (connection) =>
        keys
          .map((key) => connection.first<StoredRow>(byKey, view, key))
          .filter((row) => row !== undefined)
          .map(asRow),
      ),
    find: (view, tag) =>
      store.read(`finding ${tag} in view ${view}`, (connection) =>
        connection.all<StoredRow>(byTag, view, tag).map(asRow),
      ),
    put: (view, rows, from, position) =>
      store.write(`putting rows of view ${view}`, (connection) => {
        if (positionNow(connection, view) !== from) return;
        for (const row of rows) putOne(connection, view, row);
        connection.change(move, view, position);
      }),
    clear: (view) =>
      store.write(`clearing view ${view}`, (connection) => {
        for (const table of ["shelf_view", "shelf_row", "shelf_tag"]) {
          connection.change(`DELETE FROM ${table} WHERE view = ?`, view);
        }
      }),
  };
}

function positionNow(connection: Connection, view: string): number {
  return connection.first<{ position: number }>(positionOf, view)?.position ?? 0;
}

function putOne(connection: Connection, view: string, { key, order, tags, text }: Row): void {
  const old = connection.first<StoredRow>(byKey, view, key);
  if (old) {
    for (const tag of asRow(old).tags) connection.change(dropTag, view, tag, old.ord, key);
  }
  connection.change(putRow, view, key, order, JSON.stringify(tags), text);
  for (const tag of tags) connection.change(putTag, view, tag, order, key);
}

function asRow({ key, ord, tags, text }: StoredRow): Row {
  return { key, order: ord, tags: JSON.parse(tags) as string[], text };
}
