/**
 * Whether nobody is at work on a bus whose history is about to be made: a node or worker would go
 * on with jobs of which only the beginning is there yet.
 */
import { Lease } from "../actors/lease.ts";
import { BusError } from "../bus/bus-error.ts";
import type { Bus } from "../bus/bus.ts";
import { querySubject } from "../wire/subjects.ts";
import { UsageError } from "./usage-error.ts";

const answerMsMax = 2_000;

/** Fails with UsageError when a node answers. */
export async function expectNoNode({ url, requests }: Bus): Promise<void> {
  if (requests === undefined) return;
  try {
    const question = { data: "{}", headers: {} };
    await requests.request(querySubject("types"), question, { timeoutMs: answerMsMax });
  } catch (error) {
    if (error instanceof BusError && error.code === "unavailable") return;
    throw error;
  }
  throw new UsageError(`${url}: a node is running there; stop all nodes first (jobchart serve)`);
}

/** Fails with UsageError when a worker has a lease. */
export async function expectNoWorker({ url, values }: Bus): Promise<void> {
  const [session] = await Lease.live(values);
  if (session === undefined) return;
  const { worker, host, pid } = session;
  throw new UsageError(
    `${url}: worker ${worker} (process ${pid} on ${host}) is alive there; stop all workers first`,
  );
}
