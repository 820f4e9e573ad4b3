/**
 * The file bus keeps the contract, with two handles on the same file.
 */
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { busContract } from "../contract/bus-contract.ts";
import { clockContract } from "../contract/clock-contract.ts";
import { freshFolder } from "../contract/fresh-folder.ts";
import { sharedShelfContract } from "../contract/shared-shelf-contract.ts";
import type { OpenTwo } from "../contract/two-handles.ts";
import { openFileBus } from "./open-file-bus.ts";

const open: OpenTwo = async (world) => {
  const path = join(freshFolder(), "jobs.db");
  const one = await openFileBus(path, { world, create: true });
  const two = await openFileBus(path, { world, create: false });
  onTestFinished(async () => {
    await one[Symbol.asyncDispose]();
    await two[Symbol.asyncDispose]();
  });
  return [one, two];
};

for (const contract of [busContract, clockContract, sharedShelfContract]) contract("file", open);
