/** Ten minutes of random verbs and random kills; another seed each time, which is told. */
import { expect, test } from "vitest";
import { describeWith, parts } from "../parts.ts";
import { conforming } from "./soundness.ts";
import { weatherVerbs } from "./weather-storm.ts";

const minutes = 10;

describeWith(parts.nats, "a storm of verbs and kills, for long", () => {
  test(`${minutes} minutes of it`, async () => {
    const seed = Math.floor(Math.random() * 1_000_000);
    console.log(`seed ${seed}`);
    const size = { clients: 8, nodes: 3, workers: 4 };
    const plan = { seed, ...size, lastsMs: minutes * 60_000, killEveryMs: 1_000 };
    const { verdict, accepted, kills, refused } = await weatherVerbs(plan);
    console.log(
      `${accepted.size} commands accepted, ${refused} refused, ${kills} processes killed`,
    );
    expect(verdict).toEqual(conforming);
    expect(kills).toBeGreaterThan(100);
  });
});
