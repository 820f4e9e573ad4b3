/**
 * Reports as they arrive at a node: `report.<worker>.<session>.<uid>`. A session reports on what it
 * holds and on nothing else; one that began in another history is told so.
 */
import { isHeldBy, memberOf, type Commands } from "../actors/commands.ts";
import type { Checkpoints } from "../actors/cursors.ts";
import type { Outputs } from "../actors/outputs.ts";
import type { JobType } from "../actors/registry.ts";
import type { Message, Queue } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import type { Input } from "../machines/input.ts";
import { gidOf, isUid } from "../machines/job-id.ts";
import { canonical } from "../machines/json.ts";
import type { Job } from "../machines/record.ts";
import { jobNotFound, refusal, type Refusal } from "../machines/refusal.ts";
import { isEnded } from "../machines/status.ts";
import { whyNotWorkerName } from "../actors/worker-name.ts";
import { workType } from "../actors/work.ts";
import {
  registerBody,
  reportBody,
  type CheckpointBody,
  type OutputBody,
  type ReportBody,
} from "./bodies.ts";
import { parseBody } from "./parse-body.ts";
import { jsonMessage, misshapen, refusalMessage, replyMessage } from "./reply.ts";
import { partsOf, registerToken } from "./subjects.ts";

/** Which history a session began in, as the reply to `register` said. */
export const generationHeader = "Job-Generation";

export interface ReportDeskOptions {
  readonly commands: Commands;
  readonly checkpoints: Checkpoints;
  readonly outputs: Outputs;
  readonly register: (jobType: JobType) => Promise<void>;
  readonly queue: Pick<Queue, "prepare">;
  readonly generation: string;
  readonly world: World;
}

interface Said {
  readonly worker: string;
  readonly session: string;
  readonly uid: string;
}

export class ReportDesk {
  readonly #options: ReportDeskOptions;

  constructor(options: ReportDeskOptions) {
    this.#options = options;
  }

  async answer(subject: string, { data, headers }: Message): Promise<Message> {
    const [worker = "", session = "", uid = ""] = partsOf(subject);
    const misnamed = whyNotWorkerName(worker);
    if (misnamed !== undefined) return refusalMessage(misshapen(`Worker: ${misnamed}`, "report"));
    if (uid === registerToken) return this.#register(data);
    const { generation } = this.#options;
    if (headers[generationHeader] !== generation) return refusalMessage(ofAnother(generation));
    const parsed = parseBody(reportBody, data, "report");
    if ("refused" in parsed) return refusalMessage(parsed);
    if (!isUid(uid)) return refusalMessage(refusal(jobNotFound, "exists", parsed.body.verb));
    const said = { worker, session, uid };
    if ("id" in parsed.body) return this.#report(said, parsed.body);
    const job = memberOf(await this.#options.commands.look(gidOf(uid), uid), uid);
    if (job === undefined) return refusalMessage(refusal(jobNotFound, "exists", parsed.body.verb));
    if (parsed.body.verb === "output") return this.#output(said, job, parsed.body);
    return this.#checkpoint(said, job, parsed.body);
  }

  async #register(data: string): Promise<Message> {
    const parsed = parseBody(registerBody, data, "register");
    if ("refused" in parsed) return refusalMessage(parsed);
    const { types, host, tags = {} } = parsed.body;
    const { register, queue, generation } = this.#options;
    for (const jobType of types) await register(jobType);
    const workTypes = types.map(({ type, shape }) => workType(type, shape));
    if (workTypes.length > 0) await queue.prepare({ types: workTypes, host, tags });
    return jsonMessage({ generation });
  }

  async #report({ worker, session, uid }: Said, body: ReportBody): Promise<Message> {
    const { commands, world } = this.#options;
    if (
      body.verb === "claimed" &&
      (body.claim.session !== session || body.claim.worker !== worker)
    ) {
      return refusalMessage(misshapen("A claim is for the worker and session that ask", "claimed"));
    }
    const said = { ...body, uid, by: `worker/${worker}`, at: world.now() } as Input;
    const conditions = body.verb === "claimed" ? {} : { holder: { worker, session } };
    return replyMessage(await commands.ask(said, conditions), uid);
  }

  async #output(said: Said, job: Job, { epoch, attempt, offset, bytes }: OutputBody) {
    const over = whyOver(said, job, { verb: "output", epoch });
    if (over !== undefined) return refusalMessage(over);
    await this.#options.outputs.put(said.uid, { epoch, attempt, offset, bytes });
    return jsonMessage({});
  }

  async #checkpoint(said: Said, job: Job, body: CheckpointBody): Promise<Message> {
    const { checkpoints } = this.#options;
    const { uid } = job;
    if (body.verb === "checkpoint-last") {
      return jsonMessage((await checkpoints.last(job)) ?? null);
    }
    if (body.verb === "checkpoint-forget") {
      if (await this.#isNeedless(job, body.epoch)) await checkpoints.forget(uid, body.epoch);
      return jsonMessage({});
    }
    const { epoch, cursor, progress, n } = body;
    const over = whyOver(said, job, body);
    if (over !== undefined) return refusalMessage(over);
    await checkpoints.put(uid, epoch, { cursor, progress }, n);
    return jsonMessage({});
  }

  /** Whether nobody will resume from what the epoch left, or the log has it as well. */
  async #isNeedless(job: Job, epoch: number): Promise<boolean> {
    if (epoch < job.epoch || isEnded(job.status)) return true;
    if (job.claim !== null) return false;
    const last = await this.#options.checkpoints.last(job);
    return last === undefined || canonical(last.cursor) === canonical(job.cursor);
  }
}

/** A session speaks of what it has in hand, and of the epoch in which it has. */
function whyOver(
  { worker, session }: Said,
  job: Job,
  { verb, epoch }: { readonly verb: string; readonly epoch: number },
): Refusal | undefined {
  if (isHeldBy(job, { worker, session }) && job.epoch === epoch) return undefined;
  const text = `Job '${job.id}': epoch ${epoch} of session ${session} is over`;
  return refusal(text, "epoch", verb);
}

function ofAnother(generation: string): Refusal {
  const text = `${generationHeader}: expected this history, ${generation}: register the session anew`;
  return refusal(text, "generation", "report");
}
