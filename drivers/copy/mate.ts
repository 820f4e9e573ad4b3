/**
 * The mate: a second thread beside a hand that copies every other small file. The hand does not wait
 * while it comes up, and works alone until then.
 *
 * This module is both sides: it starts a thread with itself, and serves when it is that thread.
 */
import { once } from "node:events";
import { Worker, parentPort, workerData } from "node:worker_threads";
import { faultAnswer, unpacked } from "./fault-answer.ts";
import type { FaultAnswer } from "./fault-answer.ts";
import { copySmallFiles } from "./small-files.ts";
import type { SmallFiles } from "./small-files.ts";

interface Answer {
  readonly digests: readonly Uint8Array[];
}

const role = "jobchart copy mate";
/** So few files are copied sooner than said. */
const worthwhile = 8;
/** So often a thread works alone first: most copies are done before a mate is up. */
const aloneCount = 8;

let aloneSoFar = 0;
let mate: Worker | undefined;
let isUp = false;

/**
 * Copies small files, half of them by the mate, once there is one. Resolves with their digests, or
 * throws, when both are done. One call at a time.
 */
export async function copyTogether({ sides, files }: SmallFiles): Promise<readonly Uint8Array[]> {
  const helper = files.length < worthwhile ? undefined : mateWhenUp();
  if (!helper) return copySmallFiles({ sides, files });
  const half = Math.ceil(files.length / 2);
  const answered = once(helper, "message");
  helper.postMessage({ sides, files: files.slice(half) } satisfies SmallFiles, []);
  let own: readonly Uint8Array[] = [];
  try {
    own = copySmallFiles({ sides, files: files.slice(0, half) });
  } finally {
    const [answer] = (await answered) as [Answer | FaultAnswer];
    own = [...own, ...unpacked(answer).digests];
  }
  return own;
}

function mateWhenUp(): Worker | undefined {
  aloneSoFar += 1;
  if (aloneSoFar > aloneCount && !mate) {
    mate = new Worker(new URL(import.meta.url), { workerData: role, execArgv: [] });
    mate.unref();
    mate.once("message", () => {
      isUp = true;
    });
  }
  return isUp ? mate : undefined;
}

function serve(port: NonNullable<typeof parentPort>): void {
  port.on("message", (order: SmallFiles) => port.postMessage(answerTo(order)));
  port.postMessage("up");
}

function answerTo(order: SmallFiles): Answer | FaultAnswer {
  try {
    return { digests: copySmallFiles(order) };
  } catch (error) {
    return faultAnswer(error);
  }
}

if (parentPort && workerData === role) serve(parentPort);
