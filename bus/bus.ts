/**
 * The bus: what did happen, kept and told. Five small ports and the shelf that views stand on;
 * memory.ts and file/ implement them, and contract/ holds every adapter to the same promises.
 * Start here.
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
  /** Dense within a group: 1, 2, 3 … */
  readonly rev: number;
  /** The exact bytes that were appended. */
  readonly text: string;
}

/** One group's commits, in order; all groups' commits, in the order of their positions. */
export interface Log {
  /**
   * Appends one commit as `rev` of group `gid`; resolves with its position once it is durable.
   *
   * Fails with `conflict` unless the group's last rev is `rev - 1`: load and decide again.
   * Fails with `unavailable` when the outcome is unknown: read the group, look for your own
   * command, then decide.
   */
  append(gid: string, rev: number, text: string): Promise<Position>;
  /** The group's commits with a rev above `after` (default 0), oldest first; [] for none. */
  read(gid: string, after?: number): Promise<readonly Stored[]>;
  /** Every commit above `after` that is stored now, in order, in batches; then ends. */
  readAll(after?: Position): AsyncIterable<readonly Stored[]>;
  /** As readAll, then waits for more; ends when `signal` aborts. Each commit exactly once. */
  follow(after: Position, signal: AbortSignal): AsyncIterable<readonly Stored[]>;
  /** The position of the last commit; 0 in an empty log. */
  head(): Promise<Position>;
}

/** "Please claim this job": idempotent to offer, forgotten once done. Not a lock on anything. */
export interface WorkItem {
  readonly uid: string;
  readonly type: string;
  /** The only host whose workers may take it; absent: anywhere. */
  readonly host?: string;
}

export interface Queue {
  /** Offering an item that is already there changes nothing. */
  offer(item: WorkItem): Promise<void>;
  /**
   * Waits for an item of one of `types` (empty: any type) that is free to anywhere or to `host`.
   * Resolves undefined when `signal` aborts. A taken item that is not `done` within 10 s is
   * given out again.
   */
  take(wanted: Wanted, signal: AbortSignal): Promise<WorkItem | undefined>;
  /** Removes the item, whoever holds it. */
  done(uid: string): Promise<void>;
}

export interface Wanted {
  readonly types: readonly string[];
  readonly host: string;
}

export interface Value {
  readonly key: string;
  readonly value: string;
  /** What `expect` is compared with: new with every put, never used twice, never 0. */
  readonly version: number;
}

/** Small durable values by key: compare-and-set, expiry. Keys: letters digits . _ = - */
export interface Values {
  get(key: string): Promise<Value | undefined>;
  /**
   * Puts the value and resolves with its version, durable. `expect`: fails with `conflict` unless
   * the current version is this one; 0: unless there is none. `ttlMs`: gone that long after.
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
   * `keep`: the newest of its subject can be asked for with `kept`; of the 10,000 subjects that
   * spoke last, best effort.
   */
  publish(subject: string, data: string, options?: { keep?: boolean }): void;
  /** Calls back for each message whose subject starts with `prefix`, own ones included. */
  subscribe(prefix: string, handler: (subject: string, data: string) => void): Disposable;
  kept(prefix: string): Promise<ReadonlyMap<string, string>>;
}

/** The feed: one message per status change, appended by one relay at a time. */
export interface Outlet {
  /**
   * Appends entries after the one at `expectedHead` (0: the feed is empty), all or nothing, and
   * resolves with the new head. Fails with `conflict` when the head is another.
   */
  append(entries: readonly FeedEntry[], expectedHead: number): Promise<number>;
  head(): Promise<{ readonly head: number; readonly last: FeedEntry | undefined }>;
  /** The entries after head `after` that are stored now, oldest first; then ends. */
  read(after: number): AsyncIterable<FeedEntry>;
}

export interface FeedEntry {
  readonly subject: string;
  readonly position: Position;
  readonly index: number;
  readonly data: string;
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

export interface Bus extends AsyncDisposable {
  /** The URL that names it to people: `file:/abs/path`, `memory:`. */
  readonly url: string;
  readonly log: Log;
  readonly queue: Queue;
  readonly values: Values;
  readonly signals: Signals;
  readonly outlet: Outlet;
  readonly shelf: Shelf;
  /** Settles when the bus can no longer be used (corrupt, gone), with the reason. */
  readonly failed: Promise<BusError>;
}
