/**
 * What the subjects of requests to JetStream are called, for permissions: those that this bus
 * makes, and no others. All come below `$JS.API.`, or below `$JS.<domain>.API.`.
 */
import type { Names } from "./names.ts";

/** To read a stream: how far it goes, a message from its leader, many from any replica. */
export function readingSubjects(stream: string): readonly string[] {
  return [`STREAM.INFO.${stream}`, `STREAM.MSG.GET.${stream}`, `DIRECT.GET.${stream}`];
}

/** To open the bus where all streams are there. */
export function openingSubjects({ streams }: Names): readonly string[] {
  return [`STREAM.INFO.${streams.log}`];
}

/** To find the places that work waits in, and to pull from them. */
export function pullingSubjects({ streams: { work } }: Names): readonly string[] {
  return [`CONSUMER.NAMES.${work}`, `CONSUMER.INFO.${work}.*`, `CONSUMER.MSG.NEXT.${work}.*`];
}

/** To see how much work there is of each place. */
export function listingSubject({ streams }: Names): string {
  return `CONSUMER.LIST.${streams.work}`;
}

/** To acknowledge work; not below the others. */
export function ackSubject({ streams: { work } }: Names): string {
  return `$JS.ACK.${work}.>`;
}

/** To make all streams, and the places for work; to take work away, and what is pruned. */
export function makingSubjects({ streams }: Names): readonly string[] {
  const { work, log, feed } = streams;
  return [
    "INFO",
    ...Object.values(streams).map((stream) => `STREAM.CREATE.${stream}`),
    `CONSUMER.CREATE.${work}.>`,
    `CONSUMER.DURABLE.CREATE.${work}.>`,
    ...[work, log, feed].map((stream) => `STREAM.PURGE.${stream}`),
  ];
}
