/** Ten seconds of random verbs and random kills; storm.soak.ts has ten minutes. */
import { expect, test } from "vitest";
import { describeWith, parts } from "../parts.ts";
import { conforming } from "./soundness.ts";
import { weatherVerbs } from "./weather-storm.ts";

/** Of a machine that is busy with much else. */
const timeoutMs = 150_000;

describeWith(parts.nats, "a storm of verbs and kills", () => {
  test(
    "leaves a log that conforms, views and a feed that tell it, and nothing that is not done",
    async () => {
      const seed = 4;
      const size = { clients: 8, nodes: 2, workers: 3 };
      const plan = { seed, ...size, lastsMs: 8_000, killEveryMs: 600 };
      const { verdict, accepted, kills, refused } = await weatherVerbs(plan);
      expect(verdict).toEqual(conforming);
      expect(kills).toBeGreaterThan(0);
      expect(refused).toBeGreaterThan(0);
      expect(accepted.size).toBeGreaterThan(20);
    },
    timeoutMs,
  );
});
