/**
 * A service being served: its endpoints in a queue group, so that each request finds one of those
 * who serve it, and the questions of the service protocol. Requests run side by side.
 */
import type { Msg, MsgHdrs, Subscription } from "@nats-io/transport-node";
import type { Message, Service } from "../bus.ts";
import { asking } from "./asking.ts";
import type { Link } from "./link.ts";
import { partsOf, textOf } from "./message-parts.ts";
import {
  errorCodeHeader,
  errorHeader,
  microReply,
  microSubjects,
  queueGroup,
  Tally,
  type Instance,
  type MicroVerb,
} from "./micro.ts";
import type { Names } from "./names.ts";
import { natsError } from "./nats-error.ts";
import { headersOf } from "./store-message.ts";
import { fieldsOf } from "./stored-message.ts";

const verbs: readonly MicroVerb[] = ["PING", "INFO", "STATS"];
/** A part of a reply leaves room for headers in the server's largest message. */
const partShare = 0.75;
const payloadBytesDefault = 1 << 20;
/** While there is no connection nothing tells that a subscription has ended. */
const drainMsMax = 2_000;

interface Answer {
  readonly reply: Message;
  readonly messages: readonly { readonly data: Uint8Array; readonly headers: MsgHdrs }[];
}

export class ServiceHost implements AsyncDisposable {
  readonly #link: Link;
  readonly #instance: Instance;
  readonly #requests: Subscription[] = [];
  readonly #questions: Subscription[] = [];
  readonly #running = new Set<Promise<void>>();
  #refusal: Error | undefined;
  #ending: Promise<void> | undefined;

  private constructor(link: Link, service: Service) {
    this.#link = link;
    this.#instance = {
      id: link.world.id(),
      service,
      tallies: service.endpoints.map(
        (endpoint) => new Tally(endpoint, `${link.names.prefix}.${endpoint.subject}`),
      ),
      startedAtMs: link.world.now(),
    };
  }

  /** Resolves once the server knows of it. Fails with `denied` when this user may not serve that. */
  static async open(link: Link, service: Service): Promise<ServiceHost> {
    const host = new ServiceHost(link, service);
    const doing = `${link.life.url}: serving ${service.name}`;
    await asking(link, doing, () => host.#subscribe());
    if (host.#refusal === undefined) return host;
    await host[Symbol.asyncDispose]();
    throw natsError(host.#refusal, doing);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #subscribe(): Promise<void> {
    const { nc } = this.#link;
    for (const tally of this.#instance.tallies) {
      const callback = (error: Error | null, message: Msg) => {
        if (error !== null) this.#refusal = error;
        else if (mayAnswer(this.#link.names, message)) this.#begin(tally, message);
      };
      this.#requests.push(nc.subscribe(tally.subject, { queue: queueGroup, callback }));
    }
    const { id, service } = this.#instance;
    for (const verb of verbs) {
      for (const subject of microSubjects(verb, service.name, id)) {
        const callback = (error: Error | null, message: Msg) => {
          if (error !== null || !mayAnswer(this.#link.names, message)) return;
          message.respond(microReply(verb, this.#instance));
        };
        this.#questions.push(nc.subscribe(subject, { callback }));
      }
    }
    await nc.flush();
  }

  #begin(tally: Tally, message: Msg): void {
    const running = this.#serve(tally, message).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #serve(tally: Tally, asked: Msg): Promise<void> {
    const { world } = this.#link;
    const startedMs = world.monotonic();
    const { reply, messages } = await this.#answer(tally, asked);
    tally.note(reply, world.monotonic() - startedMs);
    try {
      for (const { data, headers } of messages) asked.respond(data, { headers });
    } catch {
      // The connection is closed: whoever asked finds out, and asks again.
    }
  }

  /** A handler that fails, although it never should, is answered for. */
  async #answer({ endpoint }: Tally, asked: Msg): Promise<Answer> {
    const subject = asked.subject.slice(this.#link.names.prefix.length + 1);
    const headers = Object.fromEntries(fieldsOf(asked.headers));
    try {
      const reply = await endpoint.handle(subject, { data: textOf([asked.data]), headers });
      return this.#encode(reply);
    } catch (error) {
      const text = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ");
      return this.#encode({ data: "", headers: { [errorHeader]: text, [errorCodeHeader]: "500" } });
    }
  }

  #encode(reply: Message): Answer {
    const { info } = this.#link.nc;
    const sizeBytesMax = Math.floor((info?.max_payload ?? payloadBytesDefault) * partShare);
    const messages = partsOf(reply, sizeBytesMax).map(({ data, headers }) => ({
      data,
      headers: headersOf(headers),
    }));
    return { reply, messages };
  }

  async #end(): Promise<void> {
    const { nc, world } = this.#link;
    const late = new AbortController();
    const drained = Promise.allSettled(this.#requests.map((each) => each.drain()));
    await Promise.race([drained, world.sleep(drainMsMax, late.signal)]);
    while (this.#running.size > 0) await Promise.all(this.#running);
    for (const question of this.#questions) question.unsubscribe();
    // A server that is away has forgotten us already.
    const flushed = nc.isClosed() ? undefined : nc.flush().catch(() => undefined);
    await Promise.race([flushed, world.sleep(drainMsMax, late.signal)]);
    late.abort();
  }
}

/**
 * Whether the address that is to be answered is one. A node may publish what who asks may not: an
 * answer that went into the log, or to JetStream's own requests, would be his doing.
 */
function mayAnswer({ prefix }: Names, { reply = "" }: Msg): boolean {
  return !reply.startsWith(`${prefix}.`) && !reply.startsWith("$");
}
