/** A check of the contract: a sentence about every good driver, and a body that fails if it is not so. */
import { realWorld } from "../../bus/world.ts";
import { ContractError } from "./contract-error.ts";
import { Trial, type Subject } from "./subject.ts";

export interface Check {
  /** What the driver does: "goes on from every checkpoint". */
  readonly name: string;
  /** Whether it is about a driver of this kind; default of all. */
  readonly appliesTo?: (subject: Subject) => boolean;
  readonly body: (trial: Trial) => Promise<void>;
}

/** Runs the check; fails when it has not come to an end within `limitMs` of real time. */
export async function run({ name, body }: Check, subject: Subject, limitMs: number): Promise<void> {
  const over = new AbortController();
  subject.passed.set(name, false);
  try {
    await Promise.race([body(new Trial(subject, over.signal)), limit(limitMs, over.signal)]);
    subject.passed.set(name, true);
  } finally {
    over.abort();
  }
}

async function limit(limitMs: number, over: AbortSignal): Promise<void> {
  await realWorld.sleep(limitMs, over);
  if (over.aborted) return;
  throw new ContractError(
    `it has not come to an end within ${limitMs} ms. A run that waits must pass pause points, ` +
      "and see `completing` once it is ready; a step must settle",
  );
}
