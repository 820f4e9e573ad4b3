/**
 * Tells when the connection is lost, and when it is found again; and why it is not, where the
 * server says so.
 */
import {
  AuthorizationError,
  PermissionViolationError,
  UserAuthenticationExpiredError,
  type NatsConnection,
} from "@nats-io/transport-node";
import type { Connection } from "../bus.ts";

type Handler = (connection: Connection) => void;

export class ConnectionWatch {
  readonly #handlers = new Set<Handler>();
  readonly #whyNotLetIn: (error: unknown) => string;
  #why: string | undefined;

  /** `whyNotLetIn`: an error about who we are, in words for people and without secrets. */
  constructor(nc: NatsConnection, whyNotLetIn: (error: unknown) => string) {
    this.#whyNotLetIn = whyNotLetIn;
    void this.#watch(nc);
  }

  readonly onConnection = (handler: Handler): Disposable => {
    const own: Handler = (connection) => handler(connection);
    this.#handlers.add(own);
    return { [Symbol.dispose]: () => void this.#handlers.delete(own) };
  };

  async #watch(nc: NatsConnection): Promise<void> {
    for await (const status of nc.status()) {
      if (status.type === "error") this.#note(status.error);
      if (status.type === "disconnect") this.#tell("down", status.server);
      if (status.type === "reconnect") this.#tell("up", status.server);
    }
  }

  /** What the server says before it hangs up. One may lack a right and stay connected. */
  #note(error: Error): void {
    if (error instanceof PermissionViolationError) return;
    const isAboutUs =
      error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError;
    this.#why = isAboutUs ? this.#whyNotLetIn(error) : error.message;
  }

  #tell(is: Connection["is"], to: string): void {
    const why = is === "down" ? this.#why : undefined;
    this.#why = undefined;
    for (const handler of this.#handlers)
      handler({ is, to, ...(why === undefined ? {} : { why }) });
  }
}
