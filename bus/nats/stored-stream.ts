/**
 * Reading a stream: what lies between two places from any replica, many messages at a time; the
 * last of a subject, and whatever a replica does not have yet, from the leader. No consumers.
 */
import type { LastForMsgRequest, MsgRequest, NextMsgRequest } from "@nats-io/jetstream";
import { TimeoutError } from "@nats-io/transport-node";
import { answerMsMax, apiOf, asking } from "./asking.ts";
import type { Link } from "./link.ts";
import { fromLeader, fromReplica, isNext, type StoredMessage } from "./stored-message.ts";
import type { StreamHead } from "./stream-head.ts";

/** Messages in order, and the sequence up to which these are all. */
export interface Slice {
  readonly messages: readonly StoredMessage[];
  readonly through: number;
}

/** A batch ends with whichever comes first. */
const batchMessages = 1000;
const batchBytes = 1 << 20;
const endOfBatch = 204;
const notFound = 404;

export class StoredStream {
  readonly head: StreamHead;
  readonly name: string;
  readonly #link: Link;

  constructor(link: Link, name: string, head: StreamHead) {
    this.#link = link;
    this.name = name;
    this.head = head;
  }

  /** The newest message of a subject, which may have wildcards; from the leader. */
  last(subject: string): Promise<StoredMessage | undefined> {
    return this.#fromLeader({ last_by_subj: subject });
  }

  /**
   * The next messages above `after` under a subject, which may have wildcards. `head`: how far the
   * stream went, by its leader, before this was asked; a replica that lags behind is not believed.
   */
  async next(after: number, head: number, subject: string): Promise<Slice> {
    const seq = after + 1;
    const messages = await this.#batch({ seq, next_by_subj: subject });
    const last = messages.at(-1);
    if (last !== undefined) return { messages, through: last.seq };
    const first = await this.#fromLeader({ seq, next_by_subj: subject });
    if (first !== undefined) return { messages: [first], through: first.seq };
    return { messages, through: Math.max(after, head) };
  }

  /** All messages above `after` under a subject that are stored when it is asked, then ends. */
  async *all(after: number, subject: string): AsyncGenerator<readonly StoredMessage[]> {
    const head = await this.head.read();
    for (let through = after; through < head;) {
      const slice = await this.next(through, head, subject);
      if (slice.messages.length > 0) yield slice.messages;
      through = slice.through;
    }
  }

  /** Undefined: there is none. */
  async #fromLeader(query: LastForMsgRequest | NextMsgRequest): Promise<StoredMessage | undefined> {
    const message = await asking(this.#link, this.#doing, () =>
      // The client does not know that the leader, too, answers what comes next.
      this.#link.jsm.streams.getMessage(this.name, query as MsgRequest),
    );
    return message === null ? undefined : fromLeader(message);
  }

  #batch(from: NextMsgRequest): Promise<readonly StoredMessage[]> {
    const subject = `${apiOf(this.#link)}.DIRECT.GET.${this.name}`;
    const query = JSON.stringify({ ...from, batch: batchMessages, max_bytes: batchBytes });
    return asking(this.#link, this.#doing, async () => {
      const messages: StoredMessage[] = [];
      const replies = await this.#link.nc.requestMany(subject, query, {
        strategy: "timer",
        maxWait: answerMsMax,
      });
      for await (const reply of replies) {
        const code = reply.headers?.code ?? 0;
        if (code === notFound) return messages;
        if (code !== 0 && code !== endOfBatch) {
          throw new Error(`${code} ${reply.headers?.description ?? ""}`);
        }
        const message = fromReplica(reply);
        const last = messages.at(-1);
        if (!isNext(message, last)) {
          throw new Error(`a message after ${last?.seq ?? 0} was lost on its way`);
        }
        if (code === endOfBatch) return messages;
        messages.push(message);
      }
      throw new TimeoutError();
    });
  }

  get #doing(): string {
    return `${this.#link.life.url}: reading ${this.name}`;
  }
}
