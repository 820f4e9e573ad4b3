/**
 * What signals promise when all is well: everybody who listens hears, once and in order.
 */
import { describe, expect, test, vi } from "vitest";
import { realWorld } from "../world.ts";
import type { OpenTwo } from "./two-handles.ts";

export function signalsContract(name: string, open: OpenTwo): void {
  describe(`the signals of ${name}`, () => {
    test("reach subscribers of the prefix on both handles, once and in order", async () => {
      const [one, two] = await open(realWorld);
      const heard: string[][] = [[], []];
      for (const [i, { signals }] of [one, two].entries()) {
        signals.subscribe("job.a", (subject, data) => heard[i]?.push(`${subject} ${data}`));
      }
      one.signals.publish("job.b", "not for them");
      for (let i = 0; i < 100; i += 1) one.signals.publish("job.a.x", `${i}`);
      const sent = Array.from({ length: 100 }, (_, i) => `job.a.x ${i}`);
      await vi.waitFor(() => expect(heard).toEqual([sent, sent]), 5000);
    });

    test("reach nobody who no longer listens, nor who listens too late", async () => {
      const [one, two] = await open(realWorld);
      const heard: string[] = [];
      two.signals.publish("s", "early");
      await two.signals.kept("");
      const quiet = one.signals.subscribe("s", (_, data) => heard.push(`quiet ${data}`));
      one.signals.subscribe("s", (_, data) => heard.push(data));
      quiet[Symbol.dispose]();
      quiet[Symbol.dispose]();
      two.signals.publish("s", "late");
      await vi.waitFor(() => expect(heard).toEqual(["late"]), 5000);
    });

    test("do not run a handler inside of publish", async () => {
      const [{ signals }] = await open(realWorld);
      const order: string[] = [];
      const told = new Promise<void>((resolve) => {
        signals.subscribe("s", () => {
          order.push("handler");
          resolve();
        });
      });
      signals.publish("s", "");
      order.push("publish");
      await told;
      expect(order).toEqual(["publish", "handler"]);
    });

    test("are kept when asked to, the newest of each subject", async () => {
      const [{ signals }, other] = await open(realWorld);
      signals.publish("p.a", "1", { keep: true });
      signals.publish("p.a", "2", { keep: true });
      signals.publish("p.b", "3", { keep: true });
      signals.publish("p.c", "not kept");
      signals.publish("q", "elsewhere", { keep: true });
      const kept = new Map([
        ["p.a", "2"],
        ["p.b", "3"],
      ]);
      expect(await signals.kept("p.")).toEqual(kept);
      expect(await other.signals.kept("p.")).toEqual(kept);
    });
  });
}
