/**
 * The switch-over: the link that prepare made is moved over the pivot. That it is not there any
 * more says that this was done, whatever the pivot shows by now: so a commit may be repeated, and
 * one that comes late takes nothing back.
 */
import { rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { Step } from "../../actors/driver.ts";
import { bytePath } from "../copy/byte-path.ts";
import { flushPath } from "../copy/flush.ts";
import { codeOf } from "../copy/io-fault.ts";
import { expectLink, placesOf, type MirrorArgs } from "./places.ts";
import { isSwitched } from "./result.ts";

export async function commit(step: Step<MirrorArgs>): Promise<void> {
  const pivot = placesOf(step.args, step.uid)?.pivot;
  if (!pivot || !isSwitched(step.result)) return;
  await expectLink(pivot);
  step.signal.throwIfAborted();
  try {
    await rename(pivot.link, pivot.path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
  await flushPath(bytePath(dirname(pivot.path)));
}
