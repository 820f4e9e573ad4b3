/**
 * A nats-server as a child process, with JetStream in a folder of its own, on the loopback: for
 * trying Jobchart without installing a broker, and for tests, which stop, kill and start it again.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { BusError } from "../../bus-error.ts";
import type { World } from "../../world.ts";
import { findServer } from "./find-server.ts";
import { FolderLock, serverFiles } from "./folder-lock.ts";

export interface ServerSettings {
  readonly world: World;
  /** Where it keeps its streams and its log; made if it is not there. */
  readonly folder: string;
  /** Default: a free one, the same at every start. */
  readonly port?: number;
  /** The program. Default: the one that findServer finds. */
  readonly program?: string;
  /** More lines for its configuration. */
  readonly configuration?: string;
}

const startMsMax = 10_000;
const lookMs = 5;

export class NatsServer implements AsyncDisposable {
  readonly port: number;
  readonly #settings: ServerSettings;
  #child: ChildProcess | undefined;
  #lock: FolderLock | undefined;

  private constructor(settings: ServerSettings, port: number) {
    this.#settings = settings;
    this.port = port;
  }

  /**
   * Starts one and resolves when it accepts connections. Fails with BusError `missing`, and with
   * `unavailable` when folder or port are another's, or it does not start.
   */
  static async start(settings: ServerSettings): Promise<NatsServer> {
    const server = new NatsServer(settings, settings.port ?? (await freePort()));
    await server.start();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts again, with the same folder and port, what was stopped or killed. */
  async start(): Promise<void> {
    const { world, program = findServer() } = this.#settings;
    mkdirSync(this.#settings.folder, { recursive: true });
    const folder = realpathSync(this.#settings.folder);
    this.#lock ??= await FolderLock.take(folder, world);
    try {
      if (await accepts(this.port)) throw inUse(this.port);
      for (const name of portsFiles(folder)) rmSync(join(folder, name));
      const child = startChild(program, this.#configure(folder));
      this.#child = child;
      if (await this.#isReady(child, folder)) return;
      if (await accepts(this.port)) throw inUse(this.port);
      throw new BusError(
        "unavailable",
        `${program} did not start on port ${this.port}; ${join(folder, serverFiles.log)} may say why`,
      );
    } catch (error) {
      await this.stop("SIGKILL");
      throw error;
    }
  }

  /** Ends it, by SIGTERM unless another signal is named, and resolves when it is gone. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child !== undefined && !hasEnded(child)) {
      const gone = once(child, "exit");
      child.kill(signal);
      await gone;
    }
    this.#lock?.[Symbol.dispose]();
    this.#lock = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Writes its configuration, and resolves the file. */
  #configure(folder: string): string {
    const file = join(folder, serverFiles.configuration);
    const own = [
      `listen: "127.0.0.1:${this.port}"`,
      `jetstream: { store_dir: ${JSON.stringify(folder)} }`,
      `log_file: ${JSON.stringify(join(folder, serverFiles.log))}`,
      `pid_file: ${JSON.stringify(join(folder, serverFiles.pid))}`,
      `ports_file_dir: ${JSON.stringify(folder)}`,
    ];
    writeFileSync(file, `${[...own, this.#settings.configuration ?? ""].join("\n")}\n`);
    return file;
  }

  /** Waits until it listens, it and no other on its port; false when it has ended, or is too slow. */
  async #isReady(child: ChildProcess, folder: string): Promise<boolean> {
    const { world } = this.#settings;
    const startedMs = world.monotonic();
    while (!portsFiles(folder).some((name) => name.endsWith(`_${child.pid}.ports`))) {
      if (hasEnded(child) || world.monotonic() - startedMs > startMsMax) return false;
      await world.sleep(lookMs);
    }
    return true;
  }
}

/** In a group of its own: Ctrl-C is for who started it, who stops it when he is done. */
function startChild(program: string, configuration: string): ChildProcess {
  const child = spawn(program, ["-c", configuration], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  if (child.pid !== undefined) {
    const dog = watchdog(child.pid);
    child.once("exit", () => dog.kill("SIGKILL"));
  }
  return child;
}

function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

/** A server writes one once it accepts connections, with its pid in the name. */
function portsFiles(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".ports"));
}

/** Ends the server when this process is gone, however it went: it holds a pipe that closes then. */
function watchdog(pid: number): ChildProcess {
  const script = 'read -r _; kill -TERM "$0"';
  const stdio = ["pipe", "ignore", "ignore"] as const;
  const child = spawn("sh", ["-c", script, String(pid)], { stdio: [...stdio], detached: true });
  child.on("error", () => undefined);
  child.unref();
  return child;
}

function inUse(port: number): BusError {
  return new BusError(
    "unavailable",
    `something listens on 127.0.0.1:${port} already: is it a nats-server, use it ` +
      `(--bus nats://127.0.0.1:${port}); if not, choose another port (--port)`,
  );
}

/** A port of the loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
