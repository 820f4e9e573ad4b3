/** A log whose rows are damaged although SQLite can read them. */
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { freshFolder } from "../contract/fresh-folder.ts";
import { realWorld } from "../world.ts";
import { openFileBus } from "./open-file-bus.ts";

const damages = {
  "a rev that nobody wrote": "UPDATE log SET rev = 0 WHERE position = 2",
  "a place before the first": "UPDATE log SET position = -7 WHERE position = 2",
};

test.each(Object.entries(damages))("%s is told, with its place", async (_what, damage) => {
  const path = `${freshFolder()}/jobs.db`;
  {
    await using bus = await openFileBus(path, { world: realWorld, create: true });
    for (const rev of [1, 2, 3]) await bus.log.append("g", rev, "{}");
  }
  {
    using database = new DatabaseSync(path);
    database.exec(damage);
  }
  await using bus = await openFileBus(path, { world: realWorld, create: false });
  const readAll = async (): Promise<void> => {
    for await (const batch of bus.log.readAll(-100)) expect(batch).not.toEqual([]);
  };
  const corrupt = { code: "corrupt", message: expect.stringContaining(path) as string };
  const reading = damage.includes("-7") ? bus.log.read("g") : readAll();
  await expect(reading).rejects.toMatchObject(corrupt);
});
