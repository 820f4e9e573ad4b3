/**
 * A link: the connection that all ports of one bus share, and what things are called at its end.
 */
import type { JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Lifetime } from "../lifetime.ts";
import type { World } from "../world.ts";
import type { Names } from "./names.ts";

export interface Link {
  readonly nc: NatsConnection;
  readonly jsm: JetStreamManager;
  readonly names: Names;
  readonly life: Lifetime;
  readonly world: World;
  /** Copies of each stream: 1, 3 or 5. */
  readonly replicas: number;
}
