/**
 * How soon a lost server is tried again: after 0.1 s, then twice as long each time, up to 5 s; less
 * up to a half of that, by chance, so that the clients of a fleet do not come back all at once.
 */
import type { NodeConnectionOptions } from "@nats-io/transport-node";
import type { World } from "../world.ts";

const waitMsMin = 100;
const waitMsMax = 5_000;

export interface ReconnectPace {
  readonly options: Required<
    Pick<NodeConnectionOptions, "reconnectDelayHandler" | "reconnectToServer">
  >;
  /** Begins anew, since a server was found. */
  reset(): void;
}

/** The wait is that between two tries of the same server; the others are tried in between. */
export function reconnectPace(world: World): ReconnectPace {
  let tries = 0;
  let waitMs = 0;
  return {
    options: {
      reconnectDelayHandler: () => waitMs,
      reconnectToServer: (servers) => {
        const rounds = Math.floor(tries / Math.max(servers.length, 1));
        const longestMs = Math.min(waitMsMin * 2 ** rounds, waitMsMax);
        waitMs = longestMs * (1 - world.random() / 2);
        tries += 1;
        return null;
      },
    },
    reset: () => {
      tries = 0;
    },
  };
}
