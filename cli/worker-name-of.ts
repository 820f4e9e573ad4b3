/** What a process that runs jobs is called in the history and by its lease: `--name`. */
import { whyNotWorkerName } from "../actors/worker-name.ts";
import type { Call } from "./call.ts";
import { UsageError } from "./usage-error.ts";

/** The name that was given, or the usual one. Fails with UsageError. */
export function workerNameOf(call: Call, usual: string): string {
  const name = call.text("name") ?? usual;
  const misnamed = whyNotWorkerName(name);
  if (misnamed !== undefined) throw new UsageError(`--name: ${misnamed}`);
  return name;
}
