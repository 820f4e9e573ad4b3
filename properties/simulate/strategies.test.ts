/** The strategies, on choices that can be counted by hand, and on a defect that is to be found. */
import { describe, expect, test } from "vitest";
import { campaign, type Plan } from "./campaign.ts";
import { Recorder, type Chooser, type Tape } from "./chooser.ts";
import { defects } from "./defects.ts";
import { exhaustive } from "./exhaustive.ts";
import { judge, shrunk } from "./judge.ts";
import { pct } from "./pct.ts";
import { random } from "./random.ts";
import { replay } from "./replay.ts";
import { shrink } from "./shrink.ts";
import { chooserOf, simulate } from "./simulate.ts";
import { lengthOf } from "./story.ts";
import { readTape, writeTape } from "./tape-file.ts";

const letters = ["a", "b", "c"] as const;

function spell(chooser: Chooser, length: number): string {
  return Array.from({ length }, () => chooser.pick("letter", letters)).join("");
}

/** One after the other: a chooser must be used up before the next is asked for. */
function runsWith(deviations: number): readonly string[] {
  const runs: string[] = [];
  for (const chooser of exhaustive(deviations)) runs.push(spell(chooser, 3));
  return runs;
}

/** Which runs a campaign makes, and what each does. */
async function madeBy(plan: Pick<Plan, "seed" | "count" | "stride">): Promise<readonly string[]> {
  const made: string[] = [];
  for await (const { seed, outcome } of campaign({ strategy: "exhaustive", ...plan })) {
    made.push(`${seed} ${outcome.digest}`);
  }
  return made;
}

async function hasThreeAndFive(tape: Tape): Promise<boolean> {
  return tape.includes(3) && tape.includes(5);
}

describe("random", () => {
  test("says the same for the same seed, and else something else", () => {
    expect(spell(random(7), 50)).toBe(spell(random(7), 50));
    expect(spell(random(7), 50)).not.toBe(spell(random(8), 50));
  });

  test("tells apart seeds that only differ in their upper half", () => {
    expect(spell(random(7), 50)).not.toBe(spell(random(7 + 2 ** 32), 50));
  });
});

describe("a tape", () => {
  test("makes the same choices again, and calm ones after its end", () => {
    const recorder = new Recorder(random(3));
    const said = spell(recorder, 20);
    expect(spell(replay(recorder.tape), 25)).toBe(`${said}aaaaa`);
  });

  test("is read from the file that was written of it", () => {
    const tape = { seed: 3, strategy: "pct", losesSuffix: true, choices: [0, 2] } as const;
    expect(readTape(JSON.parse(writeTape(tape)))).toMatchObject(tape);
  });

  test("that is none is refused with the place", () => {
    expect(readTape({ format: "jobchart-tape", version: 2 })).toContain("version");
    expect(readTape([])).toContain("is no tape");
  });
});

describe("exhaustive", () => {
  test("leaves the calm run at each place in each way, once", () => {
    expect(runsWith(0)).toEqual(["aaa"]);
    expect(runsWith(1).toSorted()).toEqual(["aaa", "aab", "aac", "aba", "aca", "baa", "caa"]);
  });

  test("tries every pair of deviations", () => {
    const runs = runsWith(2);
    expect(new Set(runs).size).toBe(runs.length);
    expect(runs).toHaveLength(1 + 6 + 12);
  });

  test("goes on at the run that is asked for, and is shared out without a gap", async () => {
    const all = await madeBy({ seed: 1, count: 6 });
    expect(new Set(all.map((run) => run.split(" ")[1])).size).toBe(6);
    expect(await madeBy({ seed: 5, count: 2 })).toEqual(all.slice(4));
    expect(await madeBy({ seed: 2, count: 5, stride: 2 })).toEqual([all[1], all[3], all[5]]);
  });
});

describe("pct", () => {
  test("lets one go on until a moment of change", () => {
    const turns = ["x", "y"].map((who) => ({ who }));
    const chooser = pct(1, 0);
    const went = Array.from({ length: 40 }, () => chooser.pick("next", turns).who);
    expect(new Set(went).size).toBe(1);
    const changing = pct(1, 500);
    const then = Array.from({ length: 400 }, () => changing.pick("next", turns).who);
    expect(new Set(then).size).toBe(2);
  });
});

describe("shrinking", () => {
  test("keeps what it takes to fail, and nothing else", async () => {
    const long = Array.from({ length: 100 }, (_, index) => index % 7);
    const short = await shrink(long, hasThreeAndFive, 1_000);
    expect(short.filter((choice) => choice !== 0)).toEqual([3, 5]);
  });

  test("never makes a story longer", async () => {
    const defect = defects.find(({ name }) => name.includes("renewals"));
    if (defect === undefined) throw new Error("no such defect");
    const options = { strategy: "random", defect } as const;
    for (let seed = 1; seed <= 2; seed += 1) {
      const found = await simulate(chooserOf("random", seed), options);
      const told = await shrunk(found, options, { runsMax: 12 });
      expect(lengthOf(told)).toBeLessThanOrEqual(lengthOf(found));
    }
  });

  test("makes a failure of the whole system simpler, and the tape still fails", async () => {
    const defect = defects.find(({ name }) => name.includes("whatever rev"));
    if (defect === undefined) throw new Error("no such defect");
    const options = { strategy: "random", defect } as const;
    let found = await simulate(chooserOf("random", 1), options);
    for (let seed = 2; found.broken === undefined; seed += 1) {
      found = await simulate(chooserOf("random", seed), options);
    }
    const told = await shrunk(found, options, { runsMax: 60 });
    expect(told.broken).toMatch(defect.finds);
    expect(told.tape.length).toBeLessThan(found.tape.length / 2);
    expect(lengthOf(told)).toBeLessThan(lengthOf(found));
    expect((await judge(replay(told.tape), options)).digest).toBe(told.digest);
  });
});
