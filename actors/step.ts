/**
 * A finishing step: prepare, commit, abort or clean under one hold. It gets what is durable and
 * nothing else. One that throws is reported; prepare's failure is the job's, the others are tried
 * again, later and later. A drain interrupts prepare, which may take long; it begins anew
 * elsewhere.
 */
import { stepOf } from "../machines/duty.ts";
import type { Json } from "../machines/json.ts";
import type { StepName } from "../machines/record.ts";
import { Cancelled, type Driver } from "./driver.ts";
import { textOf } from "./error-text.ts";
import type { Hold } from "./hold.ts";
import { expectAmounts } from "./meter.ts";

export const preparedBytesMax = 1024;

const acknowledged = { commit: "committed", abort: "aborted", clean: "cleaned" } as const;

export async function doStep(hold: Hold, driver: Driver, step: StepName): Promise<void> {
  await untilDue(hold, step);
  const stop = new AbortController();
  const isGivenBack = (): boolean => step === "prepare" && hold.isReleasing;
  const isOn = (): boolean => hold.isMine() && stepOf(hold.job) === step && !isGivenBack();
  if (!isOn() || hold.isReleasing) return;
  const done = new AbortController();
  void stopWhenOff(hold, isOn, { stop, done: done.signal });
  try {
    const { uid, id, args, cursor, result, prepared, epoch, traceparent } = hold.job;
    const said = await driver[step]?.({
      uid,
      id,
      args,
      cursor,
      result,
      prepared,
      epoch,
      traceparent,
      signal: stop.signal,
      progress: (current, total) => {
        expectAmounts(current, total);
        hold.meter.updateStep(step, current, total);
      },
    });
    done.abort();
    if (isOn()) await acknowledge(hold, step, said ?? null);
  } catch (error) {
    done.abort();
    if (isOn()) await fail(hold, step, textOf(error));
  }
}

/** Aborts `stop` when the step is no longer to be done, unless it was done first. */
async function stopWhenOff(
  hold: Hold,
  isOn: () => boolean,
  { stop, done }: { readonly stop: AbortController; readonly done: AbortSignal },
): Promise<void> {
  while (isOn() && !done.aborted) await hold.changed();
  if (!done.aborted) stop.abort(new Cancelled());
}

/** A step that failed before is not tried again before its time. */
async function untilDue(hold: Hold, step: StepName): Promise<void> {
  while (hold.isMine() && !hold.isReleasing) {
    const { stuck } = hold.job;
    const restMs = stuck?.step === step ? stuck.retryAt - hold.world.now() : 0;
    if (restMs <= 0) return;
    await hold.rest(restMs);
  }
}

async function acknowledge(hold: Hold, step: StepName, prepared: Json): Promise<void> {
  if (step !== "prepare") {
    await hold.report({ verb: acknowledged[step] });
    return;
  }
  const text = JSON.stringify(prepared);
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > preparedBytesMax) {
    const error = `prepare resolved with ${sizeBytes} bytes: at most ${preparedBytesMax} are kept`;
    await fail(hold, step, error);
    return;
  }
  await hold.report({ verb: "prepared", prepared: JSON.parse(text) as Json });
}

async function fail(hold: Hold, step: StepName, error: string): Promise<void> {
  if (step === "prepare") await hold.report({ verb: "failed", error });
  else await hold.report({ verb: "step-failed", step, error });
}
