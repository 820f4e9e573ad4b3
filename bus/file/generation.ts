/**
 * The generation: the name of the history that a file holds.
 */
import type { World } from "../world.ts";
import type { Connection } from "./connection.ts";

const name = "INSERT OR REPLACE INTO generation (rowid, name) VALUES (1, ?)";

export function generationOf(connection: Connection): string {
  return connection.first<{ name: string }>("SELECT name FROM generation")?.name ?? "";
}

/** From here on the file holds another history than any file did before. */
export function nameGeneration(connection: Connection, world: World): void {
  connection.change(name, world.id());
}
