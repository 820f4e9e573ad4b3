/**
 * A witness of the drivers' work: when the process ends while their code is at it, which that code
 * may have brought about itself, stderr says which jobs were in hand, and it was no success.
 */
import type { Driver } from "../jobchart.ts";
import type { Call } from "./call.ts";
import { exit } from "./exit-code.ts";
import { complain } from "./output.ts";

interface InHand {
  readonly id: string;
  readonly type: string;
}

const callbacks: ReadonlySet<PropertyKey> = new Set(["run", "prepare", "commit", "abort", "clean"]);

/** The drivers again, watched until the process ends. */
export function witnessed(call: Call, drivers: readonly Driver[]): readonly Driver[] {
  const inHand = new Set<InHand>();
  process.once("exit", (code) => {
    if (inHand.size === 0) return;
    if (code === exit.ok) process.exitCode = exit.failed;
    const jobs = [...inHand].map(({ id, type }) => `${id} (${type})`).join(", ");
    const text = `this process ended while at work on ${jobs}; a worker goes on with what is left`;
    complain(call.isJson ? JSON.stringify({ note: text }) : `jobchart: ${text}`);
  });
  return drivers.map((driver) => watched(driver, inHand));
}

function watched(driver: Driver, inHand: Set<InHand>): Driver {
  return new Proxy({} as Driver, {
    get(_target, key): unknown {
      const value: unknown = Reflect.get(driver, key);
      if (typeof value !== "function") return value;
      if (!callbacks.has(key)) return value.bind(driver) as unknown;
      return async (step: InHand): Promise<unknown> => {
        const work = { id: step.id, type: driver.type };
        inHand.add(work);
        try {
          return await (value.call(driver, step) as unknown);
        } finally {
          inHand.delete(work);
        }
      };
    },
  });
}
