/**
 * The replies that were given last, over all groups: what is asked again is most often asked again
 * at once, and need not be read from the log then.
 */
import type { Reply } from "./commands.ts";

const repliesMax = 4_096;

export class RecentReplies {
  readonly #replies = new Map<string, Reply>();

  /** The reply to the command with that id, of that group. */
  find(gid: string, id: string): Reply | undefined {
    return this.#replies.get(`${gid} ${id}`);
  }

  keep(gid: string, id: string, reply: Reply): void {
    this.#replies.set(`${gid} ${id}`, reply);
    const [oldest] = this.#replies.keys();
    if (this.#replies.size > repliesMax && oldest !== undefined) this.#replies.delete(oldest);
  }
}
