/**
 * The memory bus keeps the contract; its second handle is the first.
 */
import { onTestFinished } from "vitest";
import { busContract } from "./contract/bus-contract.ts";
import { clockContract } from "./contract/clock-contract.ts";
import { requestsContract } from "./contract/requests-contract.ts";
import { sharedShelfContract } from "./contract/shared-shelf-contract.ts";
import type { OpenTwo } from "./contract/two-handles.ts";
import { openMemoryBus } from "./memory.ts";

const open: OpenTwo = async (world) => {
  const bus = openMemoryBus({ world });
  onTestFinished(() => bus[Symbol.asyncDispose]());
  return [bus, bus];
};

for (const contract of [busContract, clockContract, requestsContract, sharedShelfContract]) {
  contract("memory", open);
}
