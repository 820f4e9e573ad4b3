/**
 * The bus: what did happen, kept and told. Small ports, and the shelf that views stand on;
 * memory.ts, file/ and nats/ implement them, and contract/ holds every adapter to the same
 * promises. Start here.
 *
 * The log is the truth. Names, leases and the feed's head are compare-and-set values that the
 * log overrules; the queue, signals and the shelf can be lost and are made again from the log.
 */
import type { BusError } from "./bus-error.ts";

/** A commit's place in the whole log: grows with every append, gaps are normal, 0 is before all. */
export type Position = number;

export interface Stored {
  readonly position: Position;
  readonly gid: string;
  /** Dense within a group from the first that is kept: 1, 2, 3 … */
  readonly rev: number;
  /** The exact bytes that were appended. */
  readonly text: string;
}

/** One group's commits, in order; all groups' commits, in the order of their positions. */
export interface Log {
  /**
   * Appends one commit as `rev` of group `gid`; resolves with its position once it is durable.
   *
   * Fails with `conflict` unless the group's last rev is `last` (default `rev - 1`; 0: there is
   * none): load and decide again.
   * Fails with `unavailable` when the outcome is unknown: read the group, look for your own
   * command, then decide.
   */
  append(gid: string, rev: number, text: string, last?: number): Promise<Position>;
  /** The group's commits with a rev above `after` (default 0), oldest first; [] for none. */
  read(gid: string, after?: number): Promise<readonly Stored[]>;
  /** Every commit above `after` that is stored now, in order, in batches; then ends. */
  readAll(after?: Position): AsyncIterable<readonly Stored[]>;
  /** As readAll, then waits for more; ends when `signal` aborts. Each commit exactly once. */
  follow(after: Position, signal: AbortSignal): AsyncIterable<readonly Stored[]>;
  /** The position of the last commit; 0 in an empty log. */
  head(): Promise<Position>;
  /**
   * Removes the group's commits before `position`, for good; never its last. Whoever is reading them
   * may still meet some. To be done twice does no harm.
   */
  forget(gid: string, position: Position): Promise<void>;
}

/** "Please claim this job": idempotent to offer, forgotten once done. Not a lock on anything. */
export interface WorkItem {
  readonly uid: string;
  readonly type: string;
  /** The only host whose workers may take it; absent: anywhere. */
  readonly host?: string;
  /** Tags that a worker must have, each with that text; absent: none. */
  readonly require?: Tags;
  /** -9 to 9, absent: 0. The higher go first, then what was offered first. */
  readonly priority?: number;
  /** The job's epoch when it was offered: the next may be claimed unseen. A queue may leave it out. */
  readonly epoch?: number;
}

/** What a worker says of itself, and a job may require: `{ gpu: "a100" }`. */
export type Tags = Readonly<Record<string, string>>;

export interface Queue {
  /** Offering an item that is already there changes nothing. */
  offer(item: WorkItem): Promise<void>;
  /**
   * Waits for an item of one of `types` (empty: any type) that is free to anywhere or to `host`,
   * and requires nothing that `tags` lack. Resolves undefined when `signal` aborts. A taken item
   * that is not `done` within 10 s is given out again.
   */
  take(wanted: Wanted, signal: AbortSignal): Promise<WorkItem | undefined>;
  /** Removes the item, whoever holds it. */
  done(uid: string): Promise<void>;
  /** Makes ready what a taker of these needs, where takers may not do so themselves. */
  prepare(wanted: Wanted): Promise<void>;
}

export interface Wanted {
  readonly types: readonly string[];
  readonly host: string;
  readonly tags?: Tags;
}

export interface Value {
  readonly key: string;
  readonly value: string;
  /** What `expect` is compared with: new with every put, never used twice, never 0. */
  readonly version: number;
}

/**
 * Small durable values by key: compare-and-set, expiry. Keys: tokens of letters digits _ = - with a
 * dot between them.
 */
export interface Values {
  get(key: string): Promise<Value | undefined>;
  /**
   * Puts the value and resolves with its version, durable. `expect`: fails with `conflict` unless
   * the current version is this one (the error says which it `found`, if it can be known); 0:
   * unless there is none. `ttlMs`: gone that long after.
   */
  put(key: string, value: string, options?: PutOptions): Promise<number>;
  /** Removes the value; with `expect`, fails with `conflict` when the version is another. */
  remove(key: string, expect?: number): Promise<void>;
  /** All values whose key starts with `prefix`, ordered by key. */
  list(prefix: string): Promise<readonly Value[]>;
}

interface PutOptions {
  readonly expect?: number;
  readonly ttlMs?: number;
}

/** Ephemeral messages: prompt when all is well, lost without a word when it is not. */
export interface Signals {
  /**
   * What is published under `progress.` is kept: the newest of each subject can be asked for with
   * `kept`; of the 10,000 subjects that spoke last, best effort.
   */
  publish(subject: string, data: string): void;
  /**
   * Calls back for each message whose subject is `prefix` or goes on with more tokens (`a.b` hears
   * `a.b` and `a.b.c`, not `a.bc`), own ones included.
   */
  subscribe(prefix: string, handler: (subject: string, data: string) => void): Disposable;
  /** The newest of each subject that was kept and that a subscriber of `prefix` would hear. */
  kept(prefix: string): Promise<ReadonlyMap<string, string>>;
}

/** The feed: one message per status change, appended by one relay at a time. */
export interface Outlet {
  /**
   * Appends entries, in order, after the one at `expectedHead` (0: the feed is empty), and resolves
   * with the new head. Fails with `conflict` when the head is another. After any failure the first
   * few of them may be there, and nothing else of them.
   */
  append(entries: readonly FeedEntry[], expectedHead: number): Promise<number>;
  head(): Promise<{ readonly head: number; readonly last: FeedEntry | undefined }>;
  /** Removes the entries up to `head`, for good; never the last. Who reads begins at the first left. */
  forget(head: number): Promise<void>;
  /** The entries after head `after` that are stored now, oldest first; then ends. */
  read(after: number): AsyncIterable<FeedEntry>;
  /**
   * As read, then waits for more, until `signal` aborts; with a `pattern`, only entries under it:
   * a subject in which `*` stands for any one token. Each entry once, in order.
   */
  follow(
    after: number,
    options: { signal: AbortSignal; pattern?: string },
  ): AsyncIterable<FeedEntry>;
}

export interface FeedEntry {
  /** `event.<type>.<id>.<status>`, each token escaped. */
  readonly subject: string;
  readonly position: Position;
  readonly index: number;
  readonly data: string;
  /** What describes the data without being in it: CloudEvents attributes, a trace. */
  readonly headers: Headers;
}

export type Headers = Readonly<Record<string, string>>;

/** A request, or the reply to one. */
export interface Message {
  readonly data: string;
  readonly headers: Headers;
}

/**
 * Requests from process to process. A subject is asked by its tokens and served by a pattern, in
 * which `*` stands for any one token and a `>` at its end for one or more.
 */
export interface Requests {
  /**
   * Asks one of those who serve the subject.
   *
   * Fails with `unavailable` when nobody serves it (nothing was done then), or when no reply came
   * in time or the connection was lost (the outcome is unknown: ask again only what may be asked
   * twice); with `too-large` before anything is sent.
   */
  request(subject: string, message: Message, options: { timeoutMs: number }): Promise<Message>;
  /** Serves until disposed of; what was begun is answered first. */
  serve(service: Service): Promise<AsyncDisposable>;
}

/** What one process offers to be asked; of several that offer the same each request finds one. */
export interface Service {
  readonly name: string;
  /** Semantic: 1.2.3. */
  readonly version: string;
  readonly description: string;
  readonly endpoints: readonly Endpoint[];
}

export interface Endpoint {
  readonly name: string;
  /** The pattern that it serves. */
  readonly subject: string;
  /** Never rejects: trouble is a reply too. */
  readonly handle: (subject: string, message: Message) => Promise<Message>;
}

/**
 * Where views stand between runs: rows under a key, with tags to find them by, and the log
 * position they are of. All of it may be lost and is built again.
 */
export interface Shelf {
  position(view: string): Promise<Position>;
  get(view: string, keys: readonly string[]): Promise<readonly Row[]>;
  /** Rows that carry the tag, ordered by `order`, then `key`, both descending. */
  find(view: string, tag: string): Promise<readonly Row[]>;
  /** Puts rows and moves the view to `position`, atomically. Ignored unless it was at `from`. */
  put(view: string, rows: readonly Row[], from: Position, position: Position): Promise<void>;
  /** Forgets the view. */
  clear(view: string): Promise<void>;
}

export interface Row {
  readonly key: string;
  readonly order: number;
  readonly tags: readonly string[];
  readonly text: string;
}

/** How it stands with a bus at the other end of a connection. */
export interface Connection {
  readonly is: "up" | "down";
  readonly to: string;
  /** Why it is down, in words for people; absent: it broke, and nobody has said more. */
  readonly why?: string;
}

export interface Bus extends AsyncDisposable {
  /** The URL that names it to people, without passwords: `file:/abs/path`, `nats://host:4222`. */
  readonly url: string;
  /** Names this history: another one after a restore from a backup. */
  readonly generation: string;
  readonly log: Log;
  readonly queue: Queue;
  readonly values: Values;
  readonly signals: Signals;
  readonly outlet: Outlet;
  readonly shelf: Shelf;
  /** Absent where every process does all by itself. */
  readonly requests?: Requests;
  /**
   * Hears whenever the connection is lost and found again, and while it is down of each try that
   * was refused; absent where there is none.
   */
  readonly onConnection?: (handler: (connection: Connection) => void) => Disposable;
  /** Settles when the bus can no longer be used (corrupt, gone), with the reason. */
  readonly failed: Promise<BusError>;
}
