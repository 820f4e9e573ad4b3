/**
 * A QMP client that writes down all that it says and hears. Commands go one at a time. Waiting is
 * for what QEMU tells, never for time to pass; a wait for the next of something goes on where the
 * last one ended, so that nothing in between is missed.
 */
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import type { World } from "../../bus/world.ts";
import { statusChange, type Message, type RecordedLine } from "./recording.ts";

/** What QEMU said to a command. */
interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
}

export interface Monitor {
  readonly lines: readonly RecordedLine[];
  /** Asks, and takes either answer. */
  ask(command: string, args?: Message): Promise<Reply>;
  /** Asks, and fails when QEMU refuses. */
  run(command: string, args?: Message): Promise<unknown>;
  /** Asks, and fails when QEMU does not refuse. */
  refused(command: string, args?: Message): Promise<void>;
  /** The next change of the job to this status. */
  reaches(job: string, status: string): Promise<void>;
  /** Until what was last heard of the job is one of these. */
  rests(job: string, ...statuses: readonly string[]): Promise<void>;
  /** The next event of this name. */
  hears(event: string): Promise<void>;
  /** Resolves when the other side has closed the connection. */
  readonly closed: Promise<void>;
  /** What was last heard of the job; undefined when nothing was. */
  statusOf(job: string): string | undefined;
}

/** Attaches to a fresh connection and leaves QMP's negotiation mode. */
export async function attach(socket: Socket, world: World): Promise<Monitor> {
  const started = world.monotonic();
  const lines: RecordedLine[] = [];
  const statuses = new Map<string, string>();
  const heardUpTo = new Map<string, number>();
  let waiting: PromiseWithResolvers<void> = Promise.withResolvers();

  const note = (dir: RecordedLine["dir"], msg: Message): void => {
    const seconds = (world.monotonic() - started) / 1_000;
    lines.push({ t: Number(seconds.toFixed(6)), dir, msg });
    const change = statusChange(msg);
    if (change !== undefined) statuses.set(change.id, change.status);
    waiting.resolve();
    waiting = Promise.withResolvers();
  };
  socket.on("error", () => undefined);
  const input = createInterface({ input: socket }).on("error", () => undefined);
  input.on("line", (text) => {
    const msg = JSON.parse(text) as Message;
    note("return" in msg || "error" in msg ? "reply" : "event", msg);
  });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const changed = async (): Promise<void> => {
    const heard = waiting.promise;
    const isOpen = await Promise.race([heard.then(() => true), closed.then(() => false)]);
    if (!isOpen) throw new Error(`qmp: the connection was closed after ${lastOf(lines)}`);
  };

  /** Waits for the next line that `matches`, after the last one that was waited for by this key. */
  const next = async (
    key: string,
    matches: (line: RecordedLine) => boolean,
  ): Promise<RecordedLine> => {
    for (let from = heardUpTo.get(key) ?? 0; ;) {
      const at = lines.findIndex((line, index) => index >= from && matches(line));
      const found = lines[at];
      if (found !== undefined) {
        heardUpTo.set(key, at + 1);
        return found;
      }
      from = lines.length;
      await changed();
    }
  };

  const ask = async (command: string, args?: Message): Promise<Reply> => {
    const msg = { execute: command, ...(args && { arguments: args }) };
    note("cmd", msg);
    socket.write(`${JSON.stringify(msg)}\n`);
    return (await next("reply", ({ dir }) => dir === "reply")).msg;
  };

  await next("greeting", ({ msg }) => "QMP" in msg);
  await ask("qmp_capabilities");
  return {
    lines,
    closed,
    ask,
    run: async (command, args) => {
      const reply = await ask(command, args);
      if (reply.error) throw new Error(`qmp: ${command} was refused: ${reply.error.desc}`);
      return reply.return;
    },
    refused: async (command, args) => {
      const reply = await ask(command, args);
      if (!reply.error) throw new Error(`qmp: ${command} was not refused: ${lastOf(lines)}`);
    },
    reaches: async (job, status) => {
      await next(`job ${job}`, ({ msg }) => {
        const change = statusChange(msg);
        return change?.id === job && change.status === status;
      });
    },
    rests: async (job, ...wanted) => {
      while (!wanted.includes(statuses.get(job) ?? "")) await changed();
    },
    hears: async (event) => {
      await next(`event ${event}`, ({ msg }) => msg["event"] === event);
    },
    statusOf: (job) => statuses.get(job),
  };
}

function lastOf(lines: readonly RecordedLine[]): string {
  return JSON.stringify(lines.at(-1)?.msg);
}
