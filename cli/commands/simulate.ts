/** `simulate`: runs the whole system from seeds, in a world that fails in every way it can. */
import type { Command } from "../command.ts";

export const simulate: Command = {
  name: "simulate",
  usage: "[--seed N] [--seeds K] [--minutes M]",
  summary: "runs a whole fleet from seeds under every fault, and says what breaks",
  options: {
    seed: { value: "N", about: "the first seed (1); of the exhaustive strategy, the first run" },
    seeds: {
      value: "K",
      about: "how many seeds (1), or runs; as many as there is time for with --minutes",
    },
    minutes: { value: "M", about: "ends after so long" },
    strategy: {
      value: "NAME",
      about: "random, pct, or exhaustive: each run that leaves the calm one at one place (random)",
    },
    "lose-suffix": { about: "the log loses acknowledged commits: all who follow must notice" },
    "no-shrink": { about: "tells a failure as it was found, and does not make it simpler first" },
    replay: { value: "TAPE", about: "runs a recorded tape again, - for standard input" },
    shrink: { about: "with --replay: makes the failure simpler before it is told" },
    tape: { value: "FILE", about: "where the tape of a failure goes (simulate-SEED.tape.json)" },
  },
  examples: [
    "simulate --seeds 1000",
    "simulate --seed 4711 --strategy pct",
    "simulate --strategy exhaustive",
    "simulate --minutes 60 --json",
    "simulate --replay simulate-4711.tape.json",
  ],
  async run(call) {
    call.expectWords("nothing", 0);
    const { searched } = await import("../simulate/searched.ts");
    const { replayed } = await import("../simulate/replayed.ts");
    const path = call.text("replay");
    return path === undefined ? searched(call) : replayed(call, path);
  },
};
