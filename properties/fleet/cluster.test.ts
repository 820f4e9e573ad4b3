/** A cluster of three servers that loses the leader of the log; cluster.soak.ts does so for longer. */
import { expect, test } from "vitest";
import { describeWith, parts } from "../parts.ts";
import { loseLeaders } from "./lose-leaders.ts";
import { conforming } from "./soundness.ts";

/** An election takes 6 s, and a loaded machine longer. */
const timeoutMs = 150_000;

describeWith(parts.nats, "a fleet on a cluster", () => {
  test(
    "whose log loses its leader amid finalizations commits every group whole or not at all",
    async () => {
      expect(await loseLeaders({ times: 1, lanes: 3 })).toEqual(conforming);
    },
    timeoutMs,
  );
});
