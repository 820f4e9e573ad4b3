/**
 * Work as it stands in the queue. Its type names the driver's shape too, so that a worker whose
 * driver has another shape is not even asked.
 */
import type { WorkItem } from "../bus/bus.ts";
import { digestOf } from "../machines/commit.ts";
import type { Offer } from "../machines/duty.ts";
import { canonical } from "../machines/json.ts";
import type { Shape } from "../machines/record.ts";

/** `copy.1f3870be`. */
export function workType(type: string, shape: Shape): string {
  return `${type}.${digestOf(canonical(shape)).slice(0, 8)}`;
}

export function workItem({ uid, type, shape, epoch, host, require, priority }: Offer): WorkItem {
  return {
    uid,
    type: workType(type, shape),
    epoch,
    ...(host === undefined ? {} : { host }),
    ...(require === undefined ? {} : { require }),
    ...(priority === undefined ? {} : { priority }),
  };
}
