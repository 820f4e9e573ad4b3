/**
 * The office at a node: everything is a request. As far as its clients see, it is the office next
 * door.
 */
import type { Conditions, Reply } from "../actors/commands.ts";
import type { GroupSpec } from "../actors/drafting.ts";
import type { SessionInfo } from "../actors/lease.ts";
import type { Output } from "../actors/outputs.ts";
import type { PruneRequest, PruneSlice } from "../actors/pruner.ts";
import type { JobType } from "../actors/registry.ts";
import type { Message } from "../bus/bus.ts";
import type { Asked, VerbInput } from "../machines/input.ts";
import type { Claim, Group } from "../machines/record.ts";
import type { Refusal } from "../machines/refusal.ts";
import { farView } from "./far-view.ts";
import { unexpected, type NodeLine } from "./node-line.ts";
import type { Office } from "./office.ts";
import { jsonMessage } from "./reply.ts";
import { commandSubject, groupToken, querySubject, upkeepSubject } from "./subjects.ts";
import type { View } from "../projections/view.ts";

export class FarOffice implements Office {
  readonly view: View;
  readonly #line: NodeLine;

  constructor(line: NodeLine) {
    this.#line = line;
    this.view = farView(line, undefined);
  }

  create(group: GroupSpec, asked: Asked, claim?: Claim): Promise<Reply> {
    const types = new Set(group.jobs.map(({ type }) => type));
    const [only = groupToken] = types;
    const body = { ...group, ...saidBy(asked), ...(claim === undefined ? {} : { claim }) };
    const subject = commandSubject("create", types.size === 1 ? only : groupToken);
    return this.#command(subject, commandMessage(body, asked));
  }

  ask(input: Asked & VerbInput, conditions: Pick<Conditions, "rev"> = {}): Promise<Reply> {
    const { verb, uid, id: _id, by: _by, at: _at, note: _note, traceparent: _tp, ...more } = input;
    const body = { ...more, ...saidBy(input), ...conditions };
    return this.#command(commandSubject(verb, uid), commandMessage(body, input));
  }

  async look(gid: string, uid?: string): Promise<Group> {
    return this.#query<Group>("record", { gid, ...(uid === undefined ? {} : { uid }) });
  }

  async uidOf(id: string): Promise<string | undefined> {
    return (await this.#query<string | null>("uid", { id })) ?? undefined;
  }

  async output(uid: string): Promise<Output | undefined> {
    return (await this.#query<Output | null>("output", { uid })) ?? undefined;
  }

  async declare(types: readonly JobType[]): Promise<void> {
    for (const jobType of types) {
      const message = jsonMessage({ types: [jobType] });
      await this.#line.ask(commandSubject("declare", jobType.type), message, unexpected);
    }
  }

  prune(request: PruneRequest): Promise<PruneSlice> {
    return this.#line.ask<PruneSlice>(upkeepSubject("prune"), jsonMessage(request), unexpected);
  }

  jobTypes(): Promise<readonly JobType[]> {
    return this.#query("types", {});
  }

  sessions(): Promise<readonly SessionInfo[]> {
    return this.#query("sessions", {});
  }

  #command(subject: string, message: Message): Promise<Reply> {
    return this.#line.ask<Reply>(subject, message, (refusal: Refusal) => refusal);
  }

  #query<T>(name: string, body: object): Promise<T> {
    return this.#line.ask<T>(querySubject(name), jsonMessage(body), unexpected);
  }
}

function saidBy({ id, by, note }: Asked): object {
  return { id, by, ...(note === undefined ? {} : { note }) };
}

function commandMessage(body: object, { traceparent }: Asked): Message {
  return { data: JSON.stringify(body), headers: traceparent ? { traceparent } : {} };
}
