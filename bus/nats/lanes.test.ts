/**
 * Work of one key is done in turn, and a failure holds up nobody.
 */
import { expect, test } from "vitest";
import { Lanes } from "./lanes.ts";

test("work of one key is done one after another, that of another key at once", async () => {
  const lanes = new Lanes();
  const first = Promise.withResolvers<void>();
  const done: string[] = [];
  const work = (name: string, until?: Promise<void>) => async () => {
    await until;
    done.push(name);
  };
  const all = [
    lanes.run("a", work("a1", first.promise)),
    lanes.run("a", work("a2")),
    lanes.run("b", work("b1")),
  ];
  await all[2];
  expect(done).toEqual(["b1"]);
  first.resolve();
  await Promise.all(all);
  expect(done).toEqual(["b1", "a1", "a2"]);
});

test("work is done after work that failed", async () => {
  const lanes = new Lanes();
  const failing = lanes.run("a", () => Promise.reject(new Error("no")));
  const next = lanes.run("a", async () => "done");
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("done");
});
