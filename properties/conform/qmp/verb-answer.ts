/** The answer to a verb: whether it can be given, and what it tells of the job. */
import { driversOwn, isVerbText, success } from "./answers.ts";
import { answerText, type Outcome } from "./carry-out.ts";
import type { Beliefs } from "./beliefs.ts";
import type { Answer } from "./message.ts";
import type { VerbRequest } from "./request.ts";
import { carriedOut, withUnseen } from "./step.ts";
import type { OpenCommand, World } from "./world.ts";

export const answerRule = "a verb is answered as the tables say";
export const dueRule = "finalize, dismiss and a late cancel have ended their jobs when they answer";

/** Why something cannot be, and what could have been instead. */
export interface Broken {
  readonly why: string;
  readonly expected?: readonly string[];
}

export function brokenVerb(world: World, open: OpenCommand, answer: Answer): Broken | undefined {
  world.hasEvidence = true;
  if (world.sets.without === answerRule || possible(world, open, answer).length > 0) {
    return undefined;
  }
  const text = answerText(answer);
  const { request, outcomes } = open;
  if (outcomes.some((each) => each.answer === text) && request.kind === "verb") {
    return { why: `job ${request.job}, and its group, end before the answer` };
  }
  const expected = [...new Set(outcomes.map((each) => each.answer))];
  return { why: "the tables answer it otherwise", expected };
}

/** The ways in which the command may have gone if this is its answer. */
function possible(world: World, open: OpenCommand, answer: Answer): readonly Outcome[] {
  const text = answerText(answer);
  const isOwn = text.startsWith("GenericError: ") && !isVerbText(text);
  return open.outcomes.filter(
    (outcome) =>
      (outcome.answer === text || (outcome.answer === driversOwn && isOwn)) &&
      (world.sets.without === dueRule || isPaid(world, open, outcome)),
  );
}

/** What had to become of the job, and of its group, has. */
function isPaid(world: World, { request }: OpenCommand, { due, beliefs }: Outcome): boolean {
  if (due === "nothing" || request.kind !== "verb") return true;
  if (paid(due, beliefs).isEmpty) return false;
  if (due === "gone") return true;
  const mates = world.matesOf(world.job(request.job));
  return mates.every(({ id }) => id === request.job || world.hasEnded(id));
}

function paid(due: Outcome["due"], beliefs: Beliefs): Beliefs {
  if (due === "nothing") return beliefs;
  const isEnd = (status: string): boolean =>
    status === "null" || (due === "ended" && status === "concluded");
  return beliefs.only(({ status }) => isEnd(status));
}

/** The world after the answer; the command is no longer open. */
export function settleVerb(
  world: World,
  request: VerbRequest,
  open: OpenCommand,
  answer: Answer,
): void {
  const job = world.job(request.job);
  const ways = possible(world, open, answer);
  const joined = ways.reduce(
    (all, { due, beliefs }) =>
      all.or(world.sets.without === dueRule ? beliefs : paid(due, beliefs)),
    world.sets.none,
  );
  const known = joined.isEmpty ? job.settled : joined;
  const settled = withUnseen(world, job, known);
  const isSeen = job.isSeen || (settled.status !== "null" && answerText(answer) === success);
  if (isSeen && !job.isSeen) world.jobsSeen += 1;
  const others = world.commands.map((each) =>
    each.request.kind === "verb" && each.request.job === job.id ? { ...each, outcomes: [] } : each,
  );
  world.commands = carriedOut(world, others, { ...job, settled });
  world.keep({ ...job, settled, isSeen });
}
