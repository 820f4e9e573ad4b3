/**
 * Tells when the connection is lost, and when it is found again.
 */
import type { NatsConnection } from "@nats-io/transport-node";
import type { Connection } from "../bus.ts";

type Handler = (connection: Connection) => void;

export class ConnectionWatch {
  readonly #handlers = new Set<Handler>();

  constructor(nc: NatsConnection) {
    void this.#watch(nc);
  }

  readonly onConnection = (handler: Handler): Disposable => {
    const own: Handler = (connection) => handler(connection);
    this.#handlers.add(own);
    return { [Symbol.dispose]: () => void this.#handlers.delete(own) };
  };

  async #watch(nc: NatsConnection): Promise<void> {
    for await (const status of nc.status()) {
      if (status.type === "disconnect") this.#tell({ is: "down", to: status.server });
      if (status.type === "reconnect") this.#tell({ is: "up", to: status.server });
    }
  }

  #tell(connection: Connection): void {
    for (const handler of this.#handlers) handler(connection);
  }
}
