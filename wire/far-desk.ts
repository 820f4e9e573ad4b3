/**
 * A worker's desk at a node: claims, reports, checkpoints and outputs as requests that name the
 * worker and its session.
 */
import type { Commands, Reply } from "../actors/commands.ts";
import type { Checkpoint, Checkpoints } from "../actors/cursors.ts";
import type { SessionInfo } from "../actors/lease.ts";
import type { Outputs } from "../actors/outputs.ts";
import type { JobType } from "../actors/registry.ts";
import type { WorkerDesk } from "../actors/worker-desk.ts";
import type { Message } from "../bus/bus.ts";
import type { Input } from "../machines/input.ts";
import type { Job } from "../machines/record.ts";
import type { Refusal } from "../machines/refusal.ts";
import { unexpected, type NodeLine } from "./node-line.ts";
import type { Office } from "./office.ts";
import { generationHeader } from "./report-desk.ts";
import { jsonMessage } from "./reply.ts";
import { registerToken, reportSubject } from "./subjects.ts";

export interface FarDeskOptions {
  readonly line: NodeLine;
  readonly office: Pick<Office, "look">;
  readonly jobTypes: readonly JobType[];
}

/** Registers the session with a node, and stands at its desk. */
export async function openFarDesk(
  { line, office, jobTypes }: FarDeskOptions,
  info: SessionInfo,
  stale: () => void,
): Promise<WorkerDesk> {
  const { worker, session, host, tags } = info;
  const hello = jsonMessage({ types: jobTypes, host, tags });
  const subject = reportSubject(worker, session, registerToken);
  const { generation } = await line.ask<{ generation: string }>(subject, hello, unexpected);
  const say = <T>(uid: string, body: object, refused: (refusal: Refusal) => T): Promise<T> => {
    const data = JSON.stringify(body);
    const message: Message = { data, headers: { [generationHeader]: generation } };
    return line.ask<T>(reportSubject(worker, session, uid), message, (refusal) => {
      if (refusal.guard === "generation") stale();
      return refused(refusal);
    });
  };
  return {
    commands: farCommands(office, say),
    checkpoints: farCheckpoints(say),
    outputs: farOutputs(say),
  };
}

type Say = <T>(uid: string, body: object, refused: (refusal: Refusal) => T) => Promise<T>;

function farCommands(office: Pick<Office, "look">, say: Say): Commands {
  return {
    ask: (input: Input) => {
      if (!("uid" in input)) throw new Error("a worker creates nothing at its desk");
      const { uid, by: _by, at: _at, ...body } = input;
      return say<Reply>(uid, body, (refusal) => refusal);
    },
    look: (gid, uid) => office.look(gid, uid),
  };
}

/** What is refused of an epoch that is over nobody will read; anything else should be heard of. */
function overlooked(what: string): (refusal: Refusal) => undefined {
  return ({ guard, refused }) => {
    if (["epoch", "exists", "generation"].includes(guard)) return undefined;
    throw new Error(`${what} was refused: ${refused}`);
  };
}

const ofCheckpoint = overlooked("a checkpoint");
const ofOutput = overlooked("an output");

function farCheckpoints(say: Say): Checkpoints {
  return {
    put: (uid, epoch, checkpoint, n) =>
      say(uid, { verb: "checkpoint", epoch, ...checkpoint, n }, ofCheckpoint),
    last: async ({ uid, epoch }: Job) => {
      if (epoch === 0) return undefined;
      const body = { verb: "checkpoint-last" };
      return (await say<Checkpoint | null | undefined>(uid, body, ofCheckpoint)) ?? undefined;
    },
    forget: (uid, epoch) => say(uid, { verb: "checkpoint-forget", epoch }, ofCheckpoint),
  };
}

function farOutputs(say: Say): Outputs {
  return { put: (uid, tail) => say(uid, { verb: "output", ...tail }, ofOutput) };
}
