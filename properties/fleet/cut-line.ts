/**
 * A line between a process and a server that a test can cut: held up, so that nobody notices until
 * he waits for an answer, or severed, so that both sides know at once; and mended.
 */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

export class CutLine implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #is: "whole" | "held" | "severed" = "whole";

  private constructor(server: Server) {
    this.#server = server;
    this.url = `nats://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** A line to that port of the loopback. */
  static async open(port: number): Promise<CutLine> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const line = new CutLine(server);
    server.on("connection", (near) => line.#join(near, port));
    return line;
  }

  /** Forwards nothing more, of connections old and new. */
  hold(): void {
    this.#is = "held";
    for (const socket of this.#sockets) socket.pause();
  }

  /** Ends all connections, and takes no new ones. */
  sever(): void {
    this.#is = "severed";
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Forwards again, what was held up first. */
  mend(): void {
    this.#is = "whole";
    for (const socket of this.#sockets) socket.resume();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.sever();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(near: Socket, port: number): void {
    if (this.#is === "severed") {
      near.destroy();
      return;
    }
    const far = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on("error", () => undefined);
      from.on("data", (bytes) => to.write(bytes));
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      if (this.#is === "held") from.pause();
    }
  }
}
