/**
 * What an adapter promises besides, whose handles all stand at one shelf.
 */
import { describe, expect, test } from "vitest";
import { realWorld } from "../world.ts";
import { row } from "./shelf-contract.ts";
import type { OpenTwo } from "./two-handles.ts";

export function sharedShelfContract(name: string, open: OpenTwo): void {
  describe(`the shared shelf of ${name}`, () => {
    test("shows on one handle what was put on the other", async () => {
      const [{ shelf }, other] = await open(realWorld);
      const rows = [row("a", 1, "x"), row("b", 3, "x", "y")];
      await shelf.put("jobs", rows, 0, 7);
      expect(await other.shelf.position("jobs")).toBe(7);
      expect(await other.shelf.get("jobs", ["a", "none"])).toEqual([rows[0]]);
      expect(await other.shelf.find("jobs", "x")).toEqual([rows[1], rows[0]]);
      await other.shelf.put("jobs", [row("a", 2)], 0, 9);
      expect(await shelf.position("jobs")).toBe(7);
      await other.shelf.clear("jobs");
      expect(await shelf.position("jobs")).toBe(0);
    });

    test("lets one of two puts on different handles move the view, whole", async () => {
      const [one, two] = await open(realWorld);
      await Promise.all([
        one.shelf.put("jobs", [row("a", 1), row("b", 1)], 0, 1),
        two.shelf.put("jobs", [row("a", 2), row("b", 2)], 0, 2),
      ]);
      const position = await one.shelf.position("jobs");
      const rows = await two.shelf.get("jobs", ["a", "b"]);
      expect(rows).toEqual([row("a", position), row("b", position)]);
    });
  });
}
