/**
 * Groups that finish together, created, finalized and sometimes cancelled by many clients at once
 * and without a pause; and what the log says of them afterwards.
 */
import type { Reply } from "../../actors/commands.ts";
import { BusError } from "../../bus/bus-error.ts";
import type { Bus } from "../../bus/bus.ts";
import { realWorld } from "../../bus/world.ts";
import { isRefusal, type JobSystem } from "../../jobchart.ts";
import type { Verb } from "../../machines/status.ts";
import type { Verdict } from "../conform/verdict.ts";
import type { FleetTrial } from "./fleet-trial.ts";
import { expectWhole, judgeAcknowledged } from "./soundness.ts";

const patienceMs = 180_000;
const members = 3;
const lookMs = 20;

export class GroupTraffic {
  /** The position that was replied to each accepted command, by its id. */
  readonly accepted = new Map<string, number>();
  /** The trace files of the groups that have ended. */
  readonly ended: string[] = [];
  /** How often a client gave up on a command, and the same was asked again. */
  givenUp = 0;
  readonly #trial: FleetTrial;
  readonly #client: JobSystem;
  readonly #over = new AbortController();
  readonly #lanes: Promise<unknown>;

  private constructor(trial: FleetTrial, client: JobSystem, lanes: number) {
    this.#trial = trial;
    this.#client = client;
    this.#lanes = Promise.all(Array.from({ length: lanes }, (_, lane) => this.#drive(lane)));
    // Heard of in `stop`.
    this.#lanes.catch(() => undefined);
  }

  /** Begins; `lanes`: groups at a time. */
  static async begin(trial: FleetTrial, lanes: number): Promise<GroupTraffic> {
    return new GroupTraffic(trial, await trial.client({ onError: () => undefined }), lanes);
  }

  /** Resolves when so many groups more have ended; fails when that takes longer than 3 min. */
  async more(count: number): Promise<void> {
    const wanted = this.ended.length + count;
    const untilMs = realWorld.monotonic() + patienceMs;
    while (this.ended.length < wanted) {
      await Promise.race([realWorld.sleep(lookMs), this.#lanes]);
      if (realWorld.monotonic() < untilMs) continue;
      throw new Error(`${this.ended.length} groups have ended, and wanted are ${wanted}`);
    }
  }

  /** Begins no more groups; resolves when all have ended. */
  async stop(): Promise<void> {
    this.#over.abort();
    await this.#lanes;
  }

  /** Asks a verb, the same again until there is an answer; what was accepted is judged with the rest. */
  say(verb: Verb, uid: string): Promise<Reply> {
    return this.#ask((commandId) => this.#client.ask(verb, uid, { commandId }));
  }

  /** The verdict on what was done; fails when something was lost, done twice, or half done. */
  async judge(bus: Bus): Promise<Verdict> {
    await expectWhole(bus, this.ended);
    return judgeAcknowledged(bus, this.accepted);
  }

  async #drive(lane: number): Promise<void> {
    for (let group = 0; !this.#over.signal.aborted; group += 1) {
      const trace = this.#trial.path(`trace-${lane}-${group}`);
      const job = { type: "count", args: { to: 2, everyMs: 5, trace }, autoFinalize: false };
      const jobs = Array.from({ length: members }, () => job);
      const reply = await this.#ask((commandId) =>
        this.#client.transaction({ completion: "grouped", jobs }, { commandId }),
      );
      if (isRefusal(reply)) throw new Error(reply.refused);
      const uids = reply.group.jobs.map(({ uid }) => uid);
      const [first = "", second = ""] = uids;
      const cancelled = group % 4 === 3 ? this.say("cancel", second) : undefined;
      await Promise.all([this.#finalize(first), cancelled]);
      for (const uid of uids) await this.#settled(uid);
      this.ended.push(trace);
    }
  }

  /** Asks to finalize until there is no need any more. */
  async #finalize(uid: string): Promise<void> {
    for (;;) {
      const reply = await this.say("finalize", uid);
      if (!isRefusal(reply) || ["aborting", "concluded", "null"].includes(reply.status ?? "null")) {
        return;
      }
      await realWorld.sleep(lookMs);
    }
  }

  async #settled(uid: string): Promise<void> {
    await this.#ask(async () => {
      await this.#client.settled(uid);
      return undefined;
    });
  }

  /** Asks the same until there is an answer: at most `unavailable` is said before. */
  async #ask<T extends Reply | undefined>(act: (commandId: string) => Promise<T>): Promise<T> {
    const commandId = realWorld.id();
    for (;;) {
      try {
        const reply = await act(commandId);
        if (reply !== undefined && !isRefusal(reply)) this.accepted.set(commandId, reply.position);
        return reply;
      } catch (error) {
        if (!(error instanceof BusError) || error.code !== "unavailable") throw error;
        this.givenUp += 1;
      }
    }
  }
}
