/**
 * Asking a verb of many jobs: several at a time, each by its uid, told in order; the worst answer
 * counts. Of jobs that a filter chose it is first asked whether they are meant.
 */
import { isRefusal, memberOf, type Accepted } from "../actors/commands.ts";
import type { JobSystem, VerbOptions } from "../jobchart.ts";
import type { Refusal } from "../machines/refusal.ts";
import type { Status, Verb } from "../machines/status.ts";
import type { JobFilter } from "../projections/view.ts";
import type { Call } from "./call.ts";
import { confirmed } from "./confirm.ts";
import { exit, worst, type ExitCode } from "./exit-code.ts";
import { inOrder } from "./in-order.ts";
import { isDone, isOpenTo } from "./open-to.ts";
import { print } from "./output.ts";
import { counted, grouped } from "./units.ts";
import { some } from "./words.ts";

/** How many are asked at once: their commits are written together. */
const atOnce = 64;

interface Asked {
  readonly verb: Verb;
  readonly options: VerbOptions;
}

interface Named {
  readonly id: string;
  readonly uid: string;
}

/** What became of one job: the verb was accepted or refused, or had had its effect already. */
type Answer = Named & { readonly reply: Accepted | Refusal | { readonly done: Status } };

/** Asks the verb of the jobs with these ids or uids. */
export async function askNamed(
  call: Call,
  { verb, options, ids }: Asked & { readonly ids: readonly string[] },
): Promise<ExitCode> {
  await using system = await call.open();
  const ask = async (id: string): Promise<Answer> => {
    const uid = (await system.uidOf(id)) ?? id;
    return { id, uid, reply: await system.ask(verb, uid, { ...call.asking, ...options }) };
  };
  const codes: ExitCode[] = [];
  for await (const answer of inOrder(ids, atOnce, ask)) codes.push(await tell(call, verb, answer));
  return worst(codes);
}

/** Asks the verb of all jobs that the filter finds and that are open to it. */
export async function askChosen(
  call: Call,
  { verb, options, filter }: Asked & { readonly filter: JobFilter },
): Promise<ExitCode> {
  await using system = await call.open();
  const found = await system.queryJobs(filter);
  const jobs = found.filter((info) => isOpenTo(verb, info));
  if (jobs.length === 0) {
    if (!call.isJson) await print(nothingTo(verb, found.length));
    return exit.ok;
  }
  const which = some(jobs.map(({ id }) => id));
  const question = `${verb} ${counted(jobs.length, "job")} (${which})?`;
  if (!(await confirmed(call, question))) return exit.failed;
  const ask = async ({ id, uid }: Named): Promise<Answer> => {
    const reply = await system.ask(verb, uid, { ...call.asking, ...options });
    const done = isRefusal(reply) ? await effectOn(system, uid, verb) : undefined;
    return { id, uid, reply: done === undefined ? reply : { done } };
  };
  const codes: ExitCode[] = [];
  const counts = { accepted: 0, done: 0, refused: 0 };
  for await (const answer of inOrder(jobs, atOnce, ask)) {
    const { reply } = answer;
    counts["done" in reply ? "done" : isRefusal(reply) ? "refused" : "accepted"] += 1;
    codes.push(await tell(call, verb, answer));
  }
  if (!call.isJson) await print(summaryOf(counts));
  return worst(codes);
}

/** The status of a job on which the verb has had its effect; undefined where it has not. */
async function effectOn(system: JobSystem, uid: string, verb: Verb): Promise<Status | undefined> {
  const info = await system.job(uid);
  return info !== undefined && isDone(verb, info) ? info.status : undefined;
}

function nothingTo(verb: Verb, found: number): string {
  if (found === 0) return `no jobs to ${verb}: none is like that`;
  const them = found === 1 ? "the one that is like that is" : `of ${grouped(found)} none is`;
  return `no jobs to ${verb}: ${them} open to it`;
}

function summaryOf({ accepted, done, refused }: Record<"accepted" | "done" | "refused", number>) {
  const parts = [
    `${grouped(accepted)} accepted`,
    ...(done === 0 ? [] : [`${grouped(done)} done already`]),
    ...(refused === 0 ? [] : [`${grouped(refused)} refused`]),
  ];
  return `${grouped(accepted + done + refused)} asked: ${parts.join(", ")}`;
}

async function tell(call: Call, verb: Verb, { id, uid, reply }: Answer): Promise<ExitCode> {
  if ("refused" in reply) return call.refuse(reply, id);
  const isAccepted = "rev" in reply;
  const status = isAccepted ? (memberOf(reply.group, uid)?.status ?? null) : reply.done;
  if (call.isJson) {
    const { rev, position } = isAccepted ? reply : { rev: undefined, position: undefined };
    await print(JSON.stringify({ job: id, uid, verb, status, rev, position }));
  } else {
    const what = isAccepted ? `${verb} accepted` : `${verb} was not needed any more`;
    await print(`${id}: ${what}, ${status === "null" ? "gone" : `now ${status}`}`);
  }
  return exit.ok;
}
