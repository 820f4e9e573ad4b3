/** A story of machines/story.ts as a trace: what tests and examples show. */
import type { Story } from "../../machines/story.ts";
import type { Trace } from "./trace.ts";

export function traceOfStory({ steps }: Story, broken?: string): Trace {
  return {
    steps: steps.map(({ before, input, decision }) => {
      const job = "uid" in input ? before.jobs.find(({ uid }) => uid === input.uid) : undefined;
      const { events, refusal, next: after } = decision;
      return {
        by: input.by,
        verb: input.verb,
        ...(job === undefined ? {} : { job: job.id }),
        ...("epoch" in input ? { detail: `epoch ${input.epoch}` } : {}),
        at: input.at,
        events,
        ...(refusal === undefined ? {} : { refusal }),
        after,
      };
    }),
    ...(broken === undefined ? {} : { broken }),
  };
}
