/**
 * A fleet for tests: processes over one memory bus in one virtual world, and short words for what
 * a client asks of them.
 */
import { strict as assert } from "node:assert";
import type { Bus } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import type { Create, VerbInput } from "../machines/input.ts";
import type { Group, Job } from "../machines/record.ts";
import type { Verb } from "../machines/status.ts";
import { isRefusal, memberOf, type Accepted, type Reply } from "./commands.ts";
import { draftGroup, type GroupSpec } from "./drafting.ts";
import type { Driver } from "./driver.ts";
import type { JobSpec } from "./job-spec.ts";
import { Registry } from "./registry.ts";
import { System, type SystemOptions } from "./system.ts";
import type { WorkerSettings } from "./worker-settings.ts";
import { VirtualProcess } from "./virtual-process.ts";
import { VirtualWorld } from "./virtual-world.ts";

interface ProcessOptions extends Partial<Omit<SystemOptions, "worker">> {
  readonly worker?: Partial<WorkerSettings> | false;
}

export interface Process {
  readonly process: VirtualProcess;
  readonly system: System;
}

export class Fleet implements AsyncDisposable {
  readonly world = new VirtualWorld();
  readonly bus: Bus;
  /** What went wrong in the background of any process. */
  readonly errors: unknown[] = [];
  readonly #systems: System[] = [];
  #client: System | undefined;

  constructor(around: (bus: Bus) => Bus = (bus) => bus) {
    this.bus = around(openMemoryBus({ world: this.world }));
  }

  /** Opens a process with a worker for `drivers`, named `name` on a host of that name. */
  async open(
    name: string,
    drivers: readonly Driver[],
    more: ProcessOptions = {},
  ): Promise<Process> {
    const process = new VirtualProcess(this.world, this.bus);
    const { worker = {}, ...rest } = more;
    const usual = { name, host: name, pid: 1, concurrency: 4, leaseMs: 10_000, takes: "offered" };
    const system = await System.open({
      bus: process.bus,
      world: process.world,
      drivers,
      groupsMax: 1_000,
      onError: (error) => this.errors.push(error),
      ...(worker === false ? {} : { worker: { ...usual, ...worker } as WorkerSettings }),
      ...rest,
    });
    this.#systems.push(system);
    return { process, system };
  }

  /** A process that asks and looks, and has neither worker nor keeper. */
  async client(): Promise<System> {
    this.#client ??= (await this.open("client", [], { worker: false })).system;
    return this.#client;
  }

  /** Makes a type known, as a worker of it would. */
  async declare(type: Parameters<Registry["register"]>[0]): Promise<void> {
    await new Registry(this.bus.values).register(type);
  }

  /** Asks for a group; without `system` of a process that does nothing else. */
  async create(
    { jobs, ...group }: GroupSpec,
    { id = this.world.id(), system }: { readonly id?: string; readonly system?: System } = {},
  ): Promise<Reply> {
    const { desk, registry } = system ?? (await this.client());
    const drafted = await draftGroup(
      { ...group, jobs },
      {
        asked: { id, by: "user@host", at: this.world.now() },
        claim: undefined,
        find: (type) => registry.find(type),
      },
    );
    return "refused" in drafted ? drafted : desk.ask(drafted satisfies Create);
  }

  /** Creates one job and resolves with its uid. */
  async start(spec: JobSpec): Promise<string> {
    const { group } = accepted(await this.create({ jobs: [spec] }));
    const [job] = group.jobs;
    assert(job);
    await this.world.settle();
    return job.uid;
  }

  /** Creates jobs that finish together and resolves with their uids. */
  async startGrouped(...jobs: readonly JobSpec[]): Promise<readonly string[]> {
    const { group } = accepted(await this.create({ completion: "grouped", jobs }));
    await this.world.settle();
    return group.jobs.map(({ uid }) => uid);
  }

  /** Asks a verb of a job, and lets happen what follows at once. */
  async ask(verb: Verb, uid: string, more: object = {}): Promise<Reply> {
    const { desk } = await this.client();
    const asked = { id: this.world.id(), by: "user@host", at: this.world.now() };
    const reply = await desk.ask({ verb, uid, ...more, ...asked } as typeof asked & VerbInput);
    await this.world.settle();
    return reply;
  }

  async group(uid: string): Promise<Group> {
    return (await this.client()).desk.look(uid.slice(0, uid.lastIndexOf("-")));
  }

  async job(uid: string): Promise<Job> {
    const job = memberOf(await this.group(uid), uid);
    assert(job);
    return job;
  }

  /** Moves time on until the job is as wanted. */
  async until(uid: string, isSo: (job: Job) => boolean, withinMs?: number): Promise<Job> {
    await this.world.until(async () => isSo(await this.job(uid)), withinMs);
    return this.job(uid);
  }

  /** Moves time on until the job is gone, and resolves with its last record. */
  async ended(uid: string): Promise<Job> {
    return this.until(uid, ({ status }) => status === "null");
  }

  /** Every status that the job has had, in order. */
  async path(uid: string): Promise<string> {
    const statuses: string[] = [];
    for (const { text } of await this.bus.log.read(uid.slice(0, uid.lastIndexOf("-")))) {
      const { events } = JSON.parse(text) as { events: { uid?: string; to?: string }[] };
      for (const { uid: of, to } of events) if (of === uid && to !== undefined) statuses.push(to);
    }
    return statuses.join(" ");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bus[Symbol.asyncDispose]();
    await this.world.settle();
    for (const system of this.#systems) void system[Symbol.asyncDispose]().catch(() => {});
    await this.world.settle();
  }
}

/** The reply, which is no refusal. */
export function accepted(reply: Reply): Accepted {
  assert(!isRefusal(reply), isRefusal(reply) ? reply.refused : "");
  return reply;
}
