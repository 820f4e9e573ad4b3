/**
 * The answer to a creation: every job of a success was created before it, under an id that is well
 * formed; of a failure nothing is left.
 */
import { isVerbText } from "./answers.ts";
import { brokenClaim, isWellFormed } from "./claims.ts";
import { eventText } from "./job-event.ts";
import type { Answer } from "./message.ts";
import type { CreateRequest } from "./request.ts";
import type { Broken } from "./verb-answer.ts";
import type { OpenCommand, World } from "./world.ts";

export const creationRule = "a creation has started its jobs when it answers";
export const undoRule = "a failed creation leaves nothing";
export const refusalRule = "a creation that is malformed is refused";
export const textRule = "a creation fails with a text of its own";

const negativeSpeed = "Parameter 'speed' expects a non-negative value";

/** Why a creation cannot be answered so; undefined when it can. */
export function brokenCreation(
  world: World,
  open: OpenCommand,
  request: CreateRequest,
  answer: Answer,
): Broken | undefined {
  world.hasEvidence ||= open.created.length > 0;
  if ("value" in answer) return brokenSuccess(world.sets.without, open, request);
  const why = brokenFailure(world, open, request, answer.text);
  if (why === undefined) return undefined;
  return { why, expected: [open.started.length > 0 ? "success" : "another error, or success"] };
}

function brokenFailure(
  world: World,
  { created, started, since }: OpenCommand,
  { jobs }: CreateRequest,
  text: string,
): string | undefined {
  const { without } = world.sets;
  if (without !== undoRule) {
    const left = created.find((id) => world.statusOf(id) !== "null");
    if (left !== undefined) return `job ${left} is there nevertheless`;
    if (started.length > 0) return "its jobs were started";
  }
  if (without !== textRule) {
    if (isVerbText(text)) return "no verb was asked for";
    const isNegative = jobs.some((job) => job.isNegative);
    if (text === negativeSpeed && !isNegative) return "no speed of it is negative";
  }
  return brokenClaim(world, text, since);
}

function brokenSuccess(
  without: string | undefined,
  { created, started }: OpenCommand,
  { jobs }: CreateRequest,
): Broken | undefined {
  for (const { job, isNamed, isNegative } of jobs) {
    if (without !== refusalRule) {
      if (isNamed && job !== undefined && !isWellFormed(job)) {
        return { why: "the id is malformed", expected: [`GenericError: Invalid job ID '${job}'`] };
      }
      if (isNegative) {
        return { why: "the speed is negative", expected: [`GenericError: ${negativeSpeed}`] };
      }
    }
    if (job === undefined || !isNamed) continue;
    if (started.includes(job) || without === creationRule) continue;
    const missing = created.includes(job) ? "running" : "created";
    return { why: `${eventText(job, missing)} comes before the answer` };
  }
  return undefined;
}
