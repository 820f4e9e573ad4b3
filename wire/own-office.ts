/**
 * The office in this process: its own desk, registry and view.
 */
import { memberOf, type Conditions, type Reply } from "../actors/commands.ts";
import { draftGroup, type GroupSpec } from "../actors/drafting.ts";
import { Lease, type SessionInfo } from "../actors/lease.ts";
import type { Output } from "../actors/outputs.ts";
import type { PruneRequest, PruneSlice } from "../actors/pruner.ts";
import { whyMisfit, type JobType } from "../actors/registry.ts";
import type { System } from "../actors/system.ts";
import type { Bus } from "../bus/bus.ts";
import type { Asked, VerbInput } from "../machines/input.ts";
import { gidOf } from "../machines/job-id.ts";
import type { JsonObject } from "../machines/json.ts";
import type { Claim, Group } from "../machines/record.ts";
import type { Refusal } from "../machines/refusal.ts";
import { feedHeadAt } from "../projections/feed-head.ts";
import type { View } from "../projections/view.ts";
import type { Office } from "./office.ts";

export class OwnOffice implements Office {
  readonly view: View;
  readonly #system: System;
  readonly #bus: Pick<Bus, "values" | "outlet">;

  constructor(system: System, view: View, bus: Pick<Bus, "values" | "outlet">) {
    this.#system = system;
    this.view = view;
    this.#bus = bus;
  }

  async create(group: GroupSpec, asked: Asked, claim?: Claim): Promise<Reply> {
    const { registry, desk } = this.#system;
    const find = (type: string) => registry.find(type);
    const input = await draftGroup(group, { asked, claim, find });
    return "refused" in input ? input : desk.ask(input);
  }

  async ask(input: Asked & VerbInput, conditions: Pick<Conditions, "rev"> = {}): Promise<Reply> {
    const misfit =
      input.verb === "change" ? await this.#whyNotChange(input.uid, input.change) : undefined;
    return misfit ?? this.#system.desk.ask(input, conditions);
  }

  look(gid: string): Promise<Group> {
    return this.#system.desk.look(gid);
  }

  uidOf(id: string): Promise<string | undefined> {
    return this.#system.desk.names.uidOf(id);
  }

  output(uid: string): Promise<Output | undefined> {
    return this.#system.outputs.of(uid);
  }

  /** What is in the feed from before that time goes with the last part. */
  async prune(request: PruneRequest): Promise<PruneSlice> {
    const slice = await this.#system.pruner.slice(request);
    if (slice.next === null && !request.isDry) await this.#pruneFeed(request.endedBy);
    return slice;
  }

  async #pruneFeed(timeMs: number): Promise<void> {
    const { outlet } = this.#bus;
    const { head } = await outlet.head();
    const old = await feedHeadAt(outlet, head, { timeMs });
    if (old > 0) await outlet.forget(old);
  }

  async declare(jobTypes: readonly JobType[]): Promise<void> {
    const { registry } = this.#system;
    for (const jobType of jobTypes) {
      if ((await registry.find(jobType.type)) === undefined) await registry.register(jobType);
    }
  }

  jobTypes(): Promise<readonly JobType[]> {
    return this.#system.registry.all();
  }

  sessions(): Promise<readonly SessionInfo[]> {
    return Lease.live(this.#bus.values);
  }

  async #whyNotChange(uid: string, change: JsonObject): Promise<Refusal | undefined> {
    const job = memberOf(await this.#system.desk.look(gidOf(uid)), uid);
    const jobType = job && (await this.#system.registry.find(job.type));
    return jobType?.change ? whyMisfit(jobType.change, change, "change") : undefined;
  }
}
