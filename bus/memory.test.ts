/**
 * The memory bus keeps the contract; its second handle is the first.
 */
import { onTestFinished } from "vitest";
import { busContract } from "./contract/bus-contract.ts";
import { openMemoryBus } from "./memory.ts";

busContract("memory", async (world) => {
  const bus = openMemoryBus({ world });
  onTestFinished(() => bus[Symbol.asyncDispose]());
  return [bus, bus];
});
