/**
 * A client: a user's program that asks for what the workload says. What it got no answer to it
 * asks again with the same id, also after it was started anew; so every request is answered in
 * the end (E11).
 */
import { isRefusal, type Reply } from "../../actors/commands.ts";
import { draftGroup } from "../../actors/drafting.ts";
import { isPassing } from "../../actors/patience.ts";
import type { Asked, Input } from "../../machines/input.ts";
import type { Opened } from "./member.ts";
import type { Creation, Wish } from "./workload.ts";

/** A request that has an id, and no answer yet. */
interface Open {
  readonly id: string;
  readonly ask: (opened: Opened, asked: Asked) => Promise<Reply>;
  readonly onReply: (reply: Reply) => void;
}

const againMs = 400;

export class Client {
  readonly #by: string;
  readonly #onError: (life: string, error: unknown) => void;
  readonly #onCreated: (uids: readonly string[]) => void;
  readonly #id: () => string;
  readonly #open = new Map<string, Open>();
  #opened: Opened | undefined;

  constructor(options: {
    readonly by: string;
    readonly id: () => string;
    readonly onError: (life: string, error: unknown) => void;
    readonly onCreated: (uids: readonly string[]) => void;
  }) {
    this.#by = options.by;
    this.#id = options.id;
    this.#onError = options.onError;
    this.#onCreated = options.onCreated;
  }

  /** How many requests have no answer yet. */
  get waiting(): number {
    return this.#open.size;
  }

  /** Goes on in a new life with what is still open. */
  begin(opened: Opened): void {
    this.#opened = opened;
    for (const open of this.#open.values()) void this.#untilAnswered(open, opened);
  }

  create({ group, isOwn }: Creation): void {
    this.#say(
      async ({ system, life }, asked) => {
        const { worker, registry, desk } = system;
        const claim = isOwn ? worker?.claim : undefined;
        const drafted = await draftGroup(group, {
          asked,
          claim,
          find: (type) => registry.find(type),
        });
        const reply = "refused" in drafted ? drafted : await desk.ask(drafted);
        if (!isRefusal(reply) && claim !== undefined && !life.isDead) {
          worker?.adopt(await desk.look(reply.gid));
        }
        return reply;
      },
      (reply) => {
        if (!isRefusal(reply)) this.#onCreated(reply.group.jobs.map(({ uid }) => uid));
      },
    );
  }

  /** Asks a verb of a job. */
  ask(uid: string, { verb, more, again }: Pick<Wish, "verb" | "more" | "again">): void {
    const input = { verb, uid, ...more };
    const id = this.#say(saying(input), (reply) => {
      if (again === "no" || isRefusal(reply)) return;
      const body = again === "same" ? input : { verb: "set-speed", uid, speed: 77 };
      this.#say(saying(body), () => {}, id);
    });
  }

  #say(ask: Open["ask"], onReply: Open["onReply"], id = this.#id()): string {
    const open: Open = { id, ask, onReply };
    this.#open.set(id, open);
    if (this.#opened !== undefined) void this.#untilAnswered(open, this.#opened);
    return id;
  }

  async #untilAnswered(open: Open, opened: Opened): Promise<void> {
    const { life } = opened;
    while (!life.isDead) {
      try {
        const asked = { id: open.id, by: this.#by, at: life.world.now() };
        const reply = await open.ask(opened, asked);
        this.#open.delete(open.id);
        open.onReply(reply);
        return;
      } catch (error) {
        if (!isPassing(error)) {
          this.#onError(life.name, error);
          this.#open.delete(open.id);
          return;
        }
        await life.world.sleep(againMs);
      }
    }
  }
}

function saying(what: object): Open["ask"] {
  return ({ system }, asked) => system.desk.ask({ ...what, ...asked } as Input);
}
