/** Taking a reply: which command it is to, whether it may be so, and what it tells. */
import { brokenClaim } from "./claims.ts";
import { brokenCreation } from "./creation.ts";
import { dueIn } from "./due.ts";
import { eventText } from "./job-event.ts";
import type { Answer, ReplyMessage } from "./message.ts";
import { takeRows } from "./query.ts";
import { queryOf, rowsOf } from "./row.ts";
import { endingRule } from "./step.ts";
import { brokenVerb, settleVerb, type Broken } from "./verb-answer.ts";
import type { Oddity, OpenCommand, World } from "./world.ts";

export const breathRule = "no reply comes between what follows at once";
export const argumentRule = "what is malformed or unknown is refused";

/** What is odd about the reply; undefined when it may come, and the world has taken it. */
export function takeReply(world: World, reply: ReplyMessage): Oddity | undefined {
  const { ending } = world;
  world.hasReplies = true;
  if (typeof ending === "object" && world.sets.without !== endingRule) return ending;
  const held = world.sets.without === breathRule ? undefined : heldBack(world);
  if (held !== undefined) return world.odd("a reply", `${held} follows at once`);
  const candidates = world.commands.filter(({ id }) => id === reply.id);
  if (candidates.length === 0) return takeStray(world, reply);
  let first: Oddity | undefined;
  for (const open of candidates) {
    const odd = takeAnswer(world, open, reply.answer);
    if (odd === undefined) return undefined;
    first ??= odd;
  }
  return first;
}

/** The event that no reply can come before; undefined where there is none. */
function heldBack(world: World): string | undefined {
  const [held = world.last?.job] = world.held;
  const due = held === undefined ? undefined : dueIn(world, world.job(held));
  const isHeld = due !== undefined && due.what !== "BLOCK_JOB_READY";
  return isHeld ? eventText(due.job, due.what) : undefined;
}

/** The answer to a command that the log does not show. */
function takeStray(world: World, { answer }: ReplyMessage): Oddity | undefined {
  const since = world.hasCommands ? -1 : world.changesBefore;
  const odd =
    "value" in answer
      ? strayRows(world, answer.value, since)
      : strayError(world, answer.text, since);
  world.forget();
  return odd;
}

function strayRows(world: World, value: unknown, since: number): Oddity | undefined {
  const of = queryOf(value);
  const rows = of === undefined ? undefined : rowsOf(value);
  return of === undefined || rows === undefined ? undefined : takeRows(world, rows, of, since);
}

function strayError(world: World, text: string, since: number): Oddity | undefined {
  const broken = brokenClaim(world, text, since);
  return broken === undefined ? undefined : world.odd(`the error "${text}"`, broken);
}

/** Does nothing to the world if the answer cannot be of that command. */
function takeAnswer(world: World, open: OpenCommand, answer: Answer): Oddity | undefined {
  const { request, since } = open;
  const isEarly = isUnnegotiated(answer);
  const broken = isEarly ? undefined : brokenAnswer(world, open, answer);
  if (broken !== undefined) {
    const text = "value" in answer ? "succeeds" : `fails with "${answer.text}" (${answer.class})`;
    return world.odd(`${commandText(open)} ${text}`, broken.why, broken.expected);
  }
  if (request.kind === "query" && "value" in answer) {
    const odd = takeRows(world, rowsOf(answer.value) ?? [], request.of, since);
    if (odd !== undefined) return odd;
  }
  world.commands = world.commands.filter((each) => each !== open);
  if (request.kind === "verb" && !isEarly) settleVerb(world, request, open, answer);
  world.forget();
  return undefined;
}

const early = /^Expecting capabilities negotiation|has been disabled|not permitted in/;

/** Before qmp_capabilities, and where commands are held back, any may be refused so. */
function isUnnegotiated(answer: Answer): boolean {
  return "text" in answer && early.test(answer.text);
}

/** Why a command cannot be answered so; undefined when it can. */
function brokenAnswer(world: World, open: OpenCommand, answer: Answer): Broken | undefined {
  const { request, name } = open;
  if (request.kind === "verb") return brokenVerb(world, open, answer);
  if (request.kind === "create") return brokenCreation(world, open, request, answer);
  if (request.kind === "query") {
    const isList = "value" in answer && rowsOf(answer.value) !== undefined;
    return isList ? undefined : { why: "it returns a list of jobs" };
  }
  if (world.sets.without === argumentRule) return undefined;
  if (request.kind === "malformed") {
    const isSaid = "text" in answer && /^(?:Invalid parameter|Parameter)\b/.test(answer.text);
    return isSaid
      ? undefined
      : {
          why: "its arguments are malformed",
          expected: ["an error that says what is wrong with the arguments"],
        };
  }
  if (request.kind !== "unknown") return undefined;
  const text = `The command ${name} has not been found`;
  const isRefused = "text" in answer && answer.class === "CommandNotFound" && answer.text === text;
  const why = `QEMU ${world.tables.version} has no such command`;
  return isRefused ? undefined : { why, expected: [`CommandNotFound: ${text}`] };
}

function commandText({ name, request, line }: OpenCommand): string {
  const of = request.kind === "verb" ? ` of job ${request.job}` : "";
  return `${name}${of} (line ${line})`;
}
