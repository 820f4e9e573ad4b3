/**
 * Commands as they arrive at a node: `cmd.create.<type>`, `cmd.<verb>.<id>`, `cmd.declare.<type>`.
 * The node gives the time, and an id to a command without one.
 */
import type { GroupSpec } from "../actors/drafting.ts";
import { whyMalformedGroup, whyMisasked } from "../actors/job-spec.ts";
import { tracedBy } from "../actors/traceparent.ts";
import { jobNotFound, refusal } from "../machines/refusal.ts";
import type { Message } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import type { Asked, VerbInput } from "../machines/input.ts";
import { isUid } from "../machines/job-id.ts";
import { createBody, declareBody, verbBodies } from "./bodies.ts";
import type { Office } from "./office.ts";
import { parseBody } from "./parse-body.ts";
import { jsonMessage, misshapen, refusalMessage, replyMessage } from "./reply.ts";
import { groupToken, partsOf } from "./subjects.ts";

/** Who asks, where nobody says. */
const unknownClient = "client";

type Saying = { readonly id?: string; readonly by?: string; readonly note?: string };

export class CommandDesk {
  readonly #office: Office;
  readonly #world: World;

  constructor(office: Office, world: World) {
    this.#office = office;
    this.#world = world;
  }

  async answer(subject: string, message: Message): Promise<Message> {
    const [verb = "", about = ""] = partsOf(subject);
    if (verb === "create") return this.#create(about, message);
    if (verb === "declare") return this.#declare(message);
    return this.#ask(verb, about, message);
  }

  async #create(type: string, { data, headers }: Message): Promise<Message> {
    const parsed = parseBody(createBody, data, "create");
    if ("refused" in parsed) return refusalMessage(parsed);
    const { claim, name, completion, jobs, ...said } = parsed.body;
    const group = {
      jobs,
      ...(name === undefined ? {} : { name }),
      ...(completion === undefined ? {} : { completion }),
    } as GroupSpec;
    const wrong =
      whyMalformedGroup(group) ??
      whyMisasked(commandOf(said), "create") ??
      whyMistyped(group, type);
    if (wrong !== undefined) return refusalMessage(wrong);
    return replyMessage(await this.#office.create(group, this.#asked(said, headers), claim));
  }

  async #declare({ data }: Message): Promise<Message> {
    const parsed = parseBody(declareBody, data, "declare");
    if ("refused" in parsed) return refusalMessage(parsed);
    await this.#office.declare(parsed.body.types);
    return jsonMessage({});
  }

  async #ask(verb: string, idOrUid: string, { data, headers }: Message): Promise<Message> {
    const schema = verbBodies.get(verb);
    if (schema === undefined)
      return refusalMessage(refusal(`Unknown verb '${verb}'`, "verb", verb));
    const parsed = parseBody(schema, data, verb);
    if ("refused" in parsed) return refusalMessage(parsed);
    const { v: _v, id, by, note, rev, ...more } = parsed.body;
    const said = { id, by, note };
    const uid = isUid(idOrUid) ? idOrUid : await this.#office.uidOf(idOrUid);
    if (uid === undefined) return refusalMessage(refusal(jobNotFound, "exists", verb));
    const wrong = whyMisasked(commandOf(said), verb, idOrUid);
    if (wrong !== undefined) return refusalMessage(wrong);
    const input = { ...more, verb, uid, ...this.#asked(said, headers) } as Asked & VerbInput;
    return replyMessage(await this.#office.ask(input, rev === undefined ? {} : { rev }), uid);
  }

  #asked({ id, by, note }: Loose<Saying>, headers: Message["headers"]): Asked {
    return {
      id: id ?? this.#world.id(),
      by: by ?? unknownClient,
      at: this.#world.now(),
      ...(note === undefined ? {} : { note }),
      ...tracedBy(headers["traceparent"]),
    };
  }
}

type Loose<T> = { readonly [K in keyof T]: T[K] | undefined };

function commandOf({ id, note }: Loose<Saying>): { commandId?: string; note?: string } {
  return {
    ...(id === undefined ? {} : { commandId: id }),
    ...(note === undefined ? {} : { note }),
  };
}

/** The subject names the type, since permissions look at nothing else. */
function whyMistyped({ jobs }: GroupSpec, type: string): ReturnType<typeof misshapen> | undefined {
  const types = new Set(jobs.map((job) => job.type));
  const [only = ""] = types;
  const expected = types.size === 1 ? only : groupToken;
  if (type === expected || type === groupToken) return undefined;
  return misshapen(
    `Jobs of type '${[...types].join("', '")}' were asked for as '${type}'`,
    "create",
  );
}
