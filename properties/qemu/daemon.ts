/**
 * One qemu-storage-daemon in a folder of its own, for as long as it is held. When `startDaemon`
 * resolves it takes QMP clients: the last thing it does while it starts is to connect to us.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Daemon extends AsyncDisposable {
  /** A new QMP connection; there can be two. */
  connect(): Promise<Socket>;
}

/** A listening chardev takes one client. */
const monitors = ["first", "second"];

/** File names that it is told are relative to its folder. Fails with its own words. */
export async function startDaemon(command: string): Promise<Daemon> {
  const folder = await mkdtemp(join(tmpdir(), "jobchart-qemu-"));
  const doorbell = createServer((socket) => socket.on("error", () => undefined).unref());
  doorbell.listen(join(folder, "up"));
  await once(doorbell, "listening");
  const child = spawn(command, argumentsOf(), { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const dispose = async (): Promise<void> => {
    doorbell.close();
    if (child.kill("SIGKILL")) await ended;
    await rm(folder, { recursive: true });
  };
  try {
    await Promise.race([once(doorbell, "connection"), failure(child)]);
  } catch (error) {
    await dispose();
    throw error;
  }
  const free = [...monitors];
  return {
    connect: async () => {
      const monitor = free.shift();
      if (monitor === undefined) throw new Error(`daemon: all ${monitors.length} monitors taken`);
      const socket = connect(join(folder, monitor));
      await once(socket, "connect");
      return socket;
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** In the order in which the daemon goes through them. */
function argumentsOf(): string[] {
  const listening = monitors.flatMap((id) => [
    "--chardev",
    `socket,id=${id},path=${id},server=on,wait=off`,
    "--monitor",
    `chardev=${id}`,
  ]);
  return listening.concat("--chardev", "socket,id=up,path=up");
}

async function failure(child: ChildProcess): Promise<never> {
  const said: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  const words = said.join("").trim() || "it said nothing";
  throw new Error(`daemon: expected ${child.spawnfile} to start, it ended with ${code}: ${words}`);
}
