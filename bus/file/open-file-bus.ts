/**
 * The bus in a file: one machine, any number of processes, nothing to install.
 *
 * Two SQLite files: the main one for what must last (log, values, feed), flushed before anything is
 * acknowledged; and a scratch file for what the log can make again (signals, queue, shelf). Nothing
 * ever blocks the event loop to wait for another process. Start here.
 */
import { resolve } from "node:path";
import type { Bell } from "../bell.ts";
import type { Bus } from "../bus.ts";
import { Lifetime } from "../lifetime.ts";
import { memoryQueue } from "../memory/memory-queue.ts";
import { memoryShelf } from "../memory/memory-shelf.ts";
import { memorySignals } from "../memory/memory-signals.ts";
import type { World } from "../world.ts";
import { backUp } from "./back-up.ts";
import { fileLog } from "./file-log.ts";
import { fileOutlet } from "./file-outlet.ts";
import { fileQueue } from "./file-queue.ts";
import { fileShelf } from "./file-shelf.ts";
import { FileSignals } from "./file-signals.ts";
import { fileValues } from "./file-values.ts";
import type { MainFile } from "./main-file.ts";
import { openMainFile } from "./open-main-file.ts";
import { PolledBell, Poller } from "./poller.ts";
import { ScratchFile } from "./scratch-file.ts";

export interface FileBusOptions {
  readonly world: World;
  /** Makes the file if there is none; its folder must exist. */
  readonly create: boolean;
  /** Writes nothing; signals, queue and shelf are then this process's own. */
  readonly readOnly?: boolean;
}

export interface FileBus extends Bus {
  /** What was asked for, or what the file and its file system allow. */
  readonly readOnly: boolean;
  /**
   * A consistent copy, mode 0600, flushed, of a generation of its own; fails with `conflict` when
   * `path` exists.
   */
  backup(path: string): Promise<void>;
}

/**
 * Opens the bus in the file at `path`. A file that may not be written is opened for reading.
 *
 * Fails with `missing` (no such file or folder), `foreign` (not ours), `newer` (of a later format),
 * `corrupt`, `full`, `readonly` (may not be created) and `unavailable` (locked for long, or not
 * allowed to look).
 */
export async function openFileBus(path: string, options: FileBusOptions): Promise<FileBus> {
  const { world, create, readOnly = false } = options;
  const absolute = resolve(path);
  const life = new Lifetime(`file:${absolute}`);
  const main = await openMainFile(absolute, { world, life, create, readOnly });
  return main.readOnly ? readingBus(main, world, life) : writingBus(main, world, life);
}

async function writingBus(main: MainFile, world: World, life: Lifetime): Promise<FileBus> {
  const scratch = new ScratchFile(main, world, life);
  try {
    await scratch.open();
  } catch (error) {
    await main[Symbol.asyncDispose]();
    throw error;
  }
  const mainChanged = noticing(() => main.dataVersion());
  const scratchChanged = noticing(() => scratch.dataVersion());
  const poller: Poller = new Poller(world, life.closing, () => {
    if (mainChanged()) ringAll(bells);
    if (!scratchChanged()) return;
    offered.ring();
    signals.deliver();
  });
  const bells = lastingBells(poller);
  const offered = new PolledBell(poller);
  const signals = new FileSignals(scratch, poller, world.id());
  return {
    ...lasting(main, bells, world, life),
    queue: fileQueue(scratch, offered, world, life),
    shelf: fileShelf(scratch),
    signals,
    [Symbol.asyncDispose]: async () => {
      if (life.closing.aborted) return;
      life.close();
      await scratch[Symbol.asyncDispose]();
      await main[Symbol.asyncDispose]();
    },
  };
}

function readingBus(main: MainFile, world: World, life: Lifetime): FileBus {
  const mainChanged = noticing(() => main.dataVersion());
  const poller: Poller = new Poller(world, life.closing, () => {
    if (mainChanged()) ringAll(bells);
  });
  const bells = lastingBells(poller);
  return {
    ...lasting(main, bells, world, life),
    queue: memoryQueue(life, world),
    shelf: memoryShelf(life),
    signals: memorySignals(),
    [Symbol.asyncDispose]: async () => {
      if (life.closing.aborted) return;
      life.close();
      await main[Symbol.asyncDispose]();
    },
  };
}

/** They ring when something was appended to the log, or to the feed. */
interface Bells {
  readonly log: Bell;
  readonly feed: Bell;
}

function lastingBells(poller: Poller): Bells {
  return { log: new PolledBell(poller), feed: new PolledBell(poller) };
}

/** Another process wrote, who knows what. */
function ringAll({ log, feed }: Bells): void {
  log.ring();
  feed.ring();
}

/** What of the bus stands in the main file. */
function lasting(main: MainFile, bells: Bells, world: World, life: Lifetime) {
  return {
    url: `file:${main.path}`,
    generation: main.generation,
    readOnly: main.readOnly,
    failed: main.failed,
    log: fileLog(main, bells.log, life),
    values: fileValues(main, world),
    outlet: fileOutlet(main, bells.feed, life),
    backup: (path: string) => backUp(main.path, resolve(path), world),
  };
}

/** Tells whether a version is another one than when it was asked before. */
function noticing(version: () => number | string): () => boolean {
  let last: number | string | undefined;
  return () => {
    const now = version();
    const changed = now !== last;
    last = now;
    return changed;
  };
}
