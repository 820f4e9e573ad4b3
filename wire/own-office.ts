/**
 * The office in this process: its own desk, registry and view.
 */
import { memberOf, type Conditions, type Reply } from "../actors/commands.ts";
import { draftGroup, type GroupSpec } from "../actors/drafting.ts";
import { Lease, type SessionInfo } from "../actors/lease.ts";
import { whyMisfit, type JobType } from "../actors/registry.ts";
import type { System } from "../actors/system.ts";
import type { Values } from "../bus/bus.ts";
import type { Asked, VerbInput } from "../machines/input.ts";
import { gidOf } from "../machines/job-id.ts";
import type { JsonObject } from "../machines/json.ts";
import type { Claim, Group } from "../machines/record.ts";
import type { Refusal } from "../machines/refusal.ts";
import type { View } from "../projections/view.ts";
import type { Office } from "./office.ts";

export class OwnOffice implements Office {
  readonly view: View;
  readonly #system: System;
  readonly #values: Values;

  constructor(system: System, view: View, values: Values) {
    this.#system = system;
    this.view = view;
    this.#values = values;
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
    return Lease.live(this.#values);
  }

  async #whyNotChange(uid: string, change: JsonObject): Promise<Refusal | undefined> {
    const job = memberOf(await this.#system.desk.look(gidOf(uid)), uid);
    const jobType = job && (await this.#system.registry.find(job.type));
    return jobType?.change ? whyMisfit(jobType.change, change, "change") : undefined;
  }
}
