/**
 * What the shelf promises: rows and position move together, or not at all. Whether two handles
 * stand at one shelf is the adapter's choice; see shared-shelf-contract.
 */
import { describe, expect, test } from "vitest";
import type { Row } from "../bus.ts";
import { realWorld } from "../world.ts";
import type { OpenTwo } from "./two-handles.ts";

export const row = (key: string, order: number, ...tags: string[]): Row => ({
  key,
  order,
  tags,
  text: `${key}@${order}`,
});

export function shelfContract(name: string, open: OpenTwo): void {
  describe(`the shelf of ${name}`, () => {
    test("starts every view at 0, empty", async () => {
      const [{ shelf }] = await open(realWorld);
      expect(await shelf.position("jobs")).toBe(0);
      expect(await shelf.get("jobs", ["a"])).toEqual([]);
      expect(await shelf.find("jobs", "t")).toEqual([]);
    });

    test("finds rows by key and by tag, newest first, per view", async () => {
      const [{ shelf }] = await open(realWorld);
      const rows = [row("a", 1, "x"), row("b", 3, "x", "y"), row("c", 2, "x"), row("d", 2, "x")];
      await shelf.put("jobs", rows, 0, 7);
      await shelf.put("groups", [row("a", 9, "x")], 0, 1);
      expect(await shelf.position("jobs")).toBe(7);
      expect(await shelf.get("jobs", ["c", "none", "a"])).toEqual([rows[2], rows[0]]);
      const found = await shelf.find("jobs", "x");
      expect(found.map(({ key }) => key)).toEqual(["b", "d", "c", "a"]);
      expect(await shelf.find("jobs", "y")).toEqual([rows[1]]);
    });

    test("forgets the tags and the place that a row had before", async () => {
      const [{ shelf }] = await open(realWorld);
      await shelf.put("jobs", [row("a", 1, "live", "copy"), row("b", 2, "copy")], 0, 1);
      await shelf.put("jobs", [row("a", 3, "copy", "gone")], 1, 2);
      expect(await shelf.find("jobs", "live")).toEqual([]);
      expect((await shelf.find("jobs", "copy")).map(({ key }) => key)).toEqual(["a", "b"]);
      expect(await shelf.find("jobs", "gone")).toEqual([row("a", 3, "copy", "gone")]);
    });

    test("ignores rows that do not start where the view stands", async () => {
      const [{ shelf }] = await open(realWorld);
      await shelf.put("jobs", [row("a", 1)], 0, 5);
      await shelf.put("jobs", [row("a", 2), row("b", 1, "t")], 0, 9);
      expect(await shelf.position("jobs")).toBe(5);
      expect(await shelf.get("jobs", ["a", "b"])).toEqual([row("a", 1)]);
      expect(await shelf.find("jobs", "t")).toEqual([]);
    });

    test("lets one of two concurrent puts move the view, whole", async () => {
      const [{ shelf }] = await open(realWorld);
      await Promise.all([
        shelf.put("jobs", [row("a", 1), row("b", 1)], 0, 1),
        shelf.put("jobs", [row("a", 2), row("b", 2)], 0, 2),
      ]);
      const position = await shelf.position("jobs");
      const rows = await shelf.get("jobs", ["a", "b"]);
      expect(rows).toEqual([row("a", position), row("b", position)]);
    });

    test("forgets a view that is cleared, and no other", async () => {
      const [{ shelf }] = await open(realWorld);
      await shelf.put("jobs", [row("a", 1, "t")], 0, 5);
      await shelf.put("groups", [row("a", 1, "t")], 0, 5);
      await shelf.clear("jobs");
      expect(await shelf.position("jobs")).toBe(0);
      expect(await shelf.find("jobs", "t")).toEqual([]);
      expect(await shelf.find("groups", "t")).toEqual([row("a", 1, "t")]);
    });
  });
}
