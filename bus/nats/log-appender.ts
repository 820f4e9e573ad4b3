/**
 * Appending to the log: a publish on condition that the group's last message is the expected one.
 * The condition names a sequence, which this process knows or asks the leader for.
 */
import type { JetStreamApiError } from "@nats-io/jetstream";
import { BusError } from "../bus-error.ts";
import { expectLastRev } from "../conflict.ts";
import type { GroupCommits } from "./group-commits.ts";
import type { GroupRevs } from "./group-revs.ts";
import type { Link } from "./link.ts";
import { logSubject, revHeader } from "./log-message.ts";
import { apiCodes, isUnheard, natsError } from "./nats-error.ts";
import { storeMessage } from "./store-message.ts";
import type { StreamHead } from "./stream-head.ts";

export interface AppenderParts {
  readonly link: Link;
  readonly head: StreamHead;
  readonly commits: GroupCommits;
  readonly revs: GroupRevs;
}

interface Expected {
  readonly gid: string;
  readonly rev: number;
  /** The rev that the group's last commit was to have. */
  readonly last: number;
}

export class LogAppender {
  readonly #parts: AppenderParts;

  constructor(parts: AppenderParts) {
    this.#parts = parts;
  }

  /** As Log.append; no two at once of one group. */
  async append(gid: string, rev: number, text: string, last: number): Promise<number> {
    const { link, head, revs } = this.#parts;
    link.life.assertOpen();
    const doing = `${link.life.url}: appending ${gid} rev ${rev}`;
    const before = await this.#before(gid, last);
    const headers = {
      [revHeader]: String(rev),
      "Nats-Expected-Last-Subject-Sequence": String(before),
    };
    const message = { subject: logSubject(link.names, gid), data: text, headers };
    const outcome = await storeMessage(link, doing, message).catch(async (error: unknown) => {
      revs.forget(gid);
      // Nobody listens where the log should be: it may be gone for good.
      if (error instanceof BusError && isUnheard(error.cause)) await head.read();
      throw error;
    });
    if ("refused" in outcome) return this.#refuse({ gid, rev, last }, outcome.refused, doing);
    revs.note(gid, { rev, seq: outcome.sequence });
    head.note(outcome.sequence);
    return outcome.sequence;
  }

  /** The rev may be the right one, and the commit before it another than was known. */
  async #refuse(
    { gid, rev, last: expected }: Expected,
    refused: JetStreamApiError,
    doing: string,
  ): Promise<never> {
    const { revs, commits } = this.#parts;
    if (refused.code !== apiCodes.wrongLast) {
      revs.forget(gid);
      throw natsError(refused, doing);
    }
    const last = await commits.last(gid);
    expectLastRev(gid, expected, last?.rev ?? 0);
    const found = last === undefined ? "none" : `another one at message ${last.position}`;
    throw new BusError("conflict", `${gid}: expected the commit before rev ${rev}, found ${found}`);
  }

  /** The sequence of the group's last commit, which must have that rev; 0: there must be none. */
  async #before(gid: string, rev: number): Promise<number> {
    const { revs, commits } = this.#parts;
    const known = revs.get(gid);
    if (known === undefined && rev === 0) return 0;
    if (known?.rev === rev) return known.seq;
    const last = await commits.last(gid);
    expectLastRev(gid, rev, last?.rev ?? 0);
    return last?.position ?? 0;
  }
}
