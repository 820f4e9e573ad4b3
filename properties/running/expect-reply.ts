/** What must be so of a reply: the log says the same, at the rev that the reply names. */
import { isDeepStrictEqual } from "node:util";
import { isRefusal, type Accepted, type Reply } from "../../jobchart.ts";
import type { Input, VerbInput } from "../../machines/input.ts";
import { decide } from "../../machines/lifecycle.ts";
import type { Refusal } from "../../machines/refusal.ts";
import { admits } from "../../machines/status.ts";
import { difference } from "../driver/difference.ts";
import type { JobsModel, KnownJob } from "./jobs-model.ts";

/** A verb that was asked of a job, and how the log stood when it was. */
export interface Asked {
  readonly commandId: string;
  readonly job: KnownJob;
  readonly input: VerbInput;
  readonly revBefore: number;
}

/** Refusals that come before the lifecycle is asked: they speak of what was asked alone. */
const ofRequests: ReadonlySet<string> = new Set(["args", "spec", "command-id", "note-size"]);

export function expectReply(model: JobsModel, asked: Asked, reply: Reply): void {
  if (isRefusal(reply)) expectRefused(model, asked, reply);
  else {
    expectWritten(model, asked, reply);
    if (reply.rev <= asked.revBefore) {
      fail(`V5: the reply names rev ${reply.rev}, but rev ${asked.revBefore} was there before`);
    }
    expectLegal(model, asked, reply);
  }
}

/** The commit is there, is of this command, and left the group as the reply says. */
export function expectWritten(
  model: JobsModel,
  { commandId }: { readonly commandId: string },
  { gid, rev, position, group }: Accepted,
): void {
  const written = model.log.at(gid, rev);
  if (written === undefined) fail(`V5: the reply names rev ${rev}, which the log does not have`);
  const { cause } = written.commit;
  if (cause.id !== commandId) {
    fail(`L7: the reply names rev ${rev}, which is of '${cause.verb}' with the id ${cause.id}`);
  }
  if (written.position !== position) {
    fail(`V5: the reply names position ${position}, rev ${rev} is at ${written.position}`);
  }
  const differs = difference(plain(group), plain(written.after));
  if (differs !== undefined) fail(`V5: the reply is not the fold at rev ${rev}: ${differs}`);
}

/** The status admitted it, and the lifecycle accepts it where the job then stood. */
function expectLegal(model: JobsModel, { job, input }: Asked, { gid, rev }: Accepted): void {
  const before = model.log.at(gid, rev)?.before;
  const was = before?.jobs.find(({ uid }) => uid === job.uid);
  if (was === undefined || !admits(was.status, input.verb)) {
    fail(
      `V1: ${input.verb} was accepted in ${was?.status ?? "no status"}, which does not admit it`,
    );
  }
}

/** Nothing was written, and in some state that the job had meanwhile this is what is to be said. */
function expectRefused(model: JobsModel, asked: Asked, refused: Refusal): void {
  const { job, input, commandId, revBefore } = asked;
  const written = model.log
    .since(job.gid, revBefore + 1)
    .find(({ commit }) => commit.cause.id === commandId);
  if (written !== undefined) {
    fail(`V2: refused ("${refused.refused}"), and yet rev ${written.commit.rev} records it`);
  }
  if (refused.verb !== input.verb) {
    fail(`V2: ${input.verb} was asked, and the refusal names ${refused.verb}`);
  }
  if (ofRequests.has(refused.guard)) return;
  const lives = model.lives(job, revBefore);
  const gid = job.gid;
  const legal = lives.map((life) => {
    const question = { ...input, id: commandId, by: "model", at: life.createdAt } satisfies Input;
    return decide({ gid, voided: false, jobs: [life] }, question).refusal;
  });
  if (legal.some((due) => isDeepStrictEqual(plain(due), plain(refused)))) return;
  const [due] = legal;
  fail(
    `V3: ${input.verb} was refused ("${refused.refused}", guard ${refused.guard}), but the job was ` +
      `${[...new Set(lives.map(({ status }) => status))].join(", then ")}, where ` +
      (due === undefined ? "it is to be accepted" : `"${due.refused}" is to be said`),
  );
}

export function fail(message: string): never {
  throw new Error(message);
}

/** As text tells it: an absent member and an undefined one are the same. */
export function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}
