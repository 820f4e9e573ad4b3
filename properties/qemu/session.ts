/**
 * A session: a script that a real QEMU is led through, and the recording of it. To write all of
 * them anew for the QEMU that is there, and look at what has changed:
 *
 *     npm run record
 *     git diff properties/qemu/recordings
 *
 * Debian 12 has QEMU 7.2, its backports and Debian 13 have 10.0. `npm run record -- NAME…` writes
 * some; `--daemon FILE` takes another qemu-storage-daemon than the one on PATH.
 */
import { realWorld, type World } from "../../bus/world.ts";
import { startDaemon } from "./daemon.ts";
import { attach, type Monitor } from "./monitor.ts";
import type { RecordedLine } from "./recording.ts";

type Script = (qmp: Monitor) => Promise<void>;

export interface Session {
  /** In kebab-case; the recording is named by it. */
  readonly name: string;
  /** What it is there for, in a sentence. */
  readonly shows: string;
  /** What another client does before the recorded one attaches: disks, mostly. */
  readonly before?: Script;
  readonly script: Script;
}

/** Far longer than any session takes; one that hangs fails by it. */
const sessionMsMax = 20_000;

/** Leads a daemon of its own through the session. `command` is the file of qemu-storage-daemon. */
export async function record(
  session: Session,
  command: string,
  world: World = realWorld,
): Promise<readonly RecordedLine[]> {
  await using daemon = await startDaemon(command);
  let monitor: Monitor | undefined;
  const done = new AbortController();
  const script = async (): Promise<readonly RecordedLine[]> => {
    if (session.before) await session.before(await attach(await daemon.connect(), world));
    monitor = await attach(await daemon.connect(), world);
    await session.script(monitor);
    return [...monitor.lines];
  };
  const limit = async (): Promise<never> => {
    await world.sleep(sessionMsMax, done.signal, { background: true });
    throw new Error(`hung after ${JSON.stringify(monitor?.lines.at(-1)?.msg)}`);
  };
  try {
    return await Promise.race([script(), limit()]);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new Error(`${session.name}: ${words}`, { cause: error });
  } finally {
    done.abort();
  }
}
