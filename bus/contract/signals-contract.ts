/**
 * What signals promise when all is well: everybody who listens hears, once and in order.
 */
import { describe, expect, test, vi } from "vitest";
import { realWorld } from "../world.ts";
import { patience } from "./patience.ts";
import type { OpenTwo } from "./two-handles.ts";
import { untilHeard } from "./until-heard.ts";

export function signalsContract(name: string, open: OpenTwo): void {
  describe(`the signals of ${name}`, () => {
    test("reach subscribers of the prefix on both handles, once and in order", async () => {
      const [one, two] = await open(realWorld);
      const heard: string[][] = [[], []];
      for (const [i, { signals }] of [one, two].entries()) {
        signals.subscribe("ctl.a", (subject, data) => heard[i]?.push(`${subject} ${data}`));
        await untilHeard(one.signals, signals);
      }
      one.signals.publish("ctl.b", "not for them");
      for (let i = 0; i < 100; i += 1) one.signals.publish("ctl.a.x", `${i}`);
      const sent = Array.from({ length: 100 }, (_, i) => `ctl.a.x ${i}`);
      await vi.waitFor(() => expect(heard).toEqual([sent, sent]), patience);
    });

    test("go by whole tokens", async () => {
      const [one, two] = await open(realWorld);
      const heard: Record<string, string[]> = { "ctl.a": [], "ctl.a.": [], "ctl.": [] };
      for (const [prefix, subjects] of Object.entries(heard)) {
        two.signals.subscribe(prefix, (subject) => subjects.push(subject));
      }
      await untilHeard(one.signals, two.signals);
      const subjects = ["ctl", "ctlx.a", "ctl.ab", "ctl.ab.c", "ctl.a", "ctl.a.b", "ctl.a.b.c"];
      for (const subject of subjects) one.signals.publish(subject, "");
      await vi.waitFor(
        () =>
          expect(heard).toEqual({
            "ctl.a": ["ctl.a", "ctl.a.b", "ctl.a.b.c"],
            "ctl.a.": ["ctl.a.b", "ctl.a.b.c"],
            "ctl.": ["ctl.ab", "ctl.ab.c", "ctl.a", "ctl.a.b", "ctl.a.b.c"],
          }),
        patience,
      );
    });

    test("reach nobody who no longer listens, nor who listens too late", async () => {
      const [one, two] = await open(realWorld);
      const heard: string[] = [];
      two.signals.publish("ctl", "early");
      await untilHeard(two.signals, one.signals);
      const quiet = one.signals.subscribe("ctl", (_, data) => heard.push(`quiet ${data}`));
      one.signals.subscribe("ctl", (_, data) => heard.push(data));
      quiet[Symbol.dispose]();
      quiet[Symbol.dispose]();
      await untilHeard(two.signals, one.signals);
      two.signals.publish("ctl", "late");
      await vi.waitFor(() => expect(heard).toEqual(["late"]), patience);
    });

    test("do not run a handler inside of publish", async () => {
      const [{ signals }] = await open(realWorld);
      const order: string[] = [];
      const told = new Promise<void>((resolve) => {
        signals.subscribe("ctl", () => {
          order.push("handler");
          resolve();
        });
      });
      signals.publish("ctl", "");
      order.push("publish");
      await told;
      expect(order).toEqual(["publish", "handler"]);
    });

    test("reach the others, and go on, when a subscriber throws", async () => {
      const [{ signals }, other] = await open(realWorld);
      const heard: string[] = [];
      other.signals.subscribe("ctl", () => {
        throw new Error("a subscriber that is wrong");
      });
      other.signals.subscribe("ctl", (_, data) => heard.push(data));
      await untilHeard(signals, other.signals);
      for (const data of ["1", "2"]) signals.publish("ctl", data);
      await vi.waitFor(() => expect(heard).toEqual(["1", "2"]), patience);
    });

    test("are kept below progress, the newest of each subject", async () => {
      const [first, other] = await open(realWorld);
      const { signals } = first;
      signals.publish("ctl.p", "not kept");
      signals.publish("progress.pa", "of another");
      signals.publish("progress", "not kept");
      signals.publish("progress.p", "1");
      signals.publish("progress.p", "2");
      signals.publish("progress.q", "4");
      signals.publish("progress.p.b", "3");
      const ofP = { "progress.p": "2", "progress.p.b": "3" };
      for (const { signals } of [first, other]) {
        const kept = async (prefix: string) => Object.fromEntries(await signals.kept(prefix));
        await vi.waitFor(async () => expect(await kept("progress.p")).toEqual(ofP), patience);
        expect(await kept("progress.p.")).toEqual({ "progress.p.b": "3" });
        const all = { ...ofP, "progress.pa": "of another", "progress.q": "4" };
        expect(await kept("progress")).toEqual(all);
        expect(await kept("progress.")).toEqual(all);
        expect(await kept("ctl.")).toEqual({});
      }
    });
  });
}
