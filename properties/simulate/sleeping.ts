/** Sleeping in virtual time: until it is due, or the signal aborts, whichever comes first. */
import type { Schedule } from "./schedule.ts";

export async function sleeping(
  schedule: Schedule,
  { who, ms, signal }: { who: string; ms: number; signal: AbortSignal | undefined },
): Promise<void> {
  if (signal?.aborted === true) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const waking = schedule.add(ms, { who, what: `${who} wakes`, act: resolve });
  const wake = (): void => {
    schedule.cancel(waking);
    resolve();
  };
  signal?.addEventListener("abort", wake, { once: true });
  await promise;
  signal?.removeEventListener("abort", wake);
}
