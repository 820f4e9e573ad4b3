/**
 * With no faults the simulated bus, at the ends of two lines, keeps the contract of every bus: so
 * the stand-in stays honest.
 */
import { onTestFinished } from "vitest";
import { busContract } from "../../bus/contract/bus-contract.ts";
import { calm } from "./fate.ts";
import { Line } from "./line.ts";
import { replay } from "./replay.ts";
import { Schedule } from "./schedule.ts";
import { settled } from "./settled.ts";
import { openSimulatedBus } from "./simulated-bus.ts";

const unseen = {
  fault: () => {},
  beaten: () => {},
  appended: () => {},
  told: () => {},
  threw: () => {},
};

busContract("a simulation", async (world) => {
  const chooser = replay([]);
  const schedule = new Schedule(chooser, 0);
  const bus = openSimulatedBus(world);
  const [one, two] = ["one", "two"].map(
    (life) =>
      new Line({
        bus,
        schedule,
        chooser,
        life,
        faults: () => calm,
        isCut: () => false,
        crash: () => {},
        stall: () => {},
        observer: unseen,
      }).bus,
  );
  const over = new AbortController();
  onTestFinished(async () => {
    over.abort();
    await bus[Symbol.asyncDispose]();
  });
  void (async () => {
    while (!over.signal.aborted) {
      schedule.next()?.act();
      await settled();
    }
  })();
  if (one === undefined || two === undefined) throw new Error("no lines");
  return [one, two];
});
