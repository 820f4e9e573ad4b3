/**
 * What a stream of ours says of itself: the format of what it holds, and which history that is.
 */
import type { StreamConfig } from "@nats-io/jetstream";

/** Raised when an older Jobchart could not read what is written. */
export const format = 1;
const formatKey = "jobchart.format";
const generationKey = "jobchart.generation";

export function metadataOf(generation: string): Record<string, string> {
  return { [formatKey]: String(format), [generationKey]: generation };
}

/** Undefined: the stream does not say, so it was not made by Jobchart. */
export function formatOf(config: Partial<StreamConfig>): number | undefined {
  const text = config.metadata?.[formatKey];
  return text === undefined ? undefined : Number(text);
}

export function generationOf(config: Partial<StreamConfig>): string | undefined {
  return config.metadata?.[generationKey];
}
