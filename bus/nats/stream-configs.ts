/**
 * The streams of a bus, as they have to be. What is here is compared with what is found; all else
 * (placement, compression, copies, a limit on the log's size) is the operator's to choose.
 */
import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { Names } from "./names.ts";

export type Wanted = Partial<StreamConfig> & { readonly name: string };

export interface WantedStreams {
  readonly log: Wanted;
  /** What a fleet cannot be without, beside the log. */
  readonly others: readonly Wanted[];
  /** What may be lost, and is made again. */
  readonly passing: readonly Wanted[];
}

const progressMessagesMax = 10_000;
const progressMsMax = 3_600_000;

/** What is published on one subject does nothing to those of others. */
const apart = { allow_rollup_hdrs: false } as const;

/** Nothing goes by itself, and nothing comes from elsewhere. */
const lasting = {
  ...apart,
  storage: StorageType.File,
  discard: DiscardPolicy.New,
  max_age: 0,
  no_ack: false,
  sealed: false,
  deny_purge: false,
} as const;

/** Every message stays: a full stream takes no more, instead of losing its oldest. */
const complete = {
  ...lasting,
  retention: RetentionPolicy.Limits,
  max_msgs_per_subject: -1,
  allow_direct: true,
  allow_msg_ttl: false,
} as const;

export function wantedStreams({ prefix, streams, bucket }: Names): WantedStreams {
  return {
    log: {
      ...complete,
      name: streams.log,
      description: "Jobchart: every commit of every group",
      subjects: [`${prefix}.log.*`],
      republish: { src: `${prefix}.log.*`, dest: `${prefix}.logged.{{wildcard(1)}}` },
    },
    others: [
      {
        ...complete,
        name: streams.feed,
        description: "Jobchart: every status change",
        subjects: [`${prefix}.relay.>`],
        subject_transform: { src: `${prefix}.relay.>`, dest: `${prefix}.event.>` },
        republish: { src: `${prefix}.event.>`, dest: `${prefix}.event.>` },
      },
      {
        ...lasting,
        name: streams.work,
        description: "Jobchart: what waits for a worker",
        subjects: [`${prefix}.work.>`],
        retention: RetentionPolicy.Workqueue,
        max_msgs_per_subject: 1,
        discard_new_per_subject: true,
      },
      {
        ...lasting,
        name: streams.values,
        description: "Jobchart: names, leases, cursors",
        subjects: [`$KV.${bucket}.>`],
        retention: RetentionPolicy.Limits,
        max_msgs_per_subject: 1,
        allow_direct: true,
        allow_msg_ttl: true,
        deny_delete: true,
      },
    ],
    passing: [
      {
        ...apart,
        name: streams.progress,
        description: "Jobchart: the newest sample of each job",
        subjects: [`${prefix}.progress.>`],
        retention: RetentionPolicy.Limits,
        storage: StorageType.Memory,
        max_msgs_per_subject: 1,
        max_msgs: progressMessagesMax,
        max_age: nanos(progressMsMax),
        allow_direct: true,
        num_replicas: 1,
      },
    ],
  };
}
