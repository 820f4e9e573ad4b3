/** The protocol of names, explored; and that the exploration would notice. */
import { describe, expect, test } from "vitest";
import { exploreNames } from "./explore-names.ts";
import { nameMutants } from "./name-mutants.ts";
import { plansFor } from "./plans.ts";

const nothing = { violations: [], isComplete: true };

describe("two creators on one bus, whatever the order of their steps", () => {
  test("break nothing when one may die and ten seconds may pass", async () => {
    const explored = await exploreNames({ processes: 2, crashes: 1, lostAnswers: 0 });
    expect(explored).toMatchObject({ ...nothing, states: 5_644 });
  });

  test("break nothing when an answer may be lost", async () => {
    const faults = { crashes: 0, lostAnswers: 1, graces: 0 };
    const plans = plansFor(2).slice(0, 4);
    const explored = await exploreNames({ processes: 2, plans, ...faults });
    expect(explored).toMatchObject({ ...nothing, states: 3_856 });
  });
});

describe("the exploration", () => {
  test.for(nameMutants)("notices when $title", async ({ invariant, around }) => {
    const faults = { crashes: 1, lostAnswers: 0, bail: true };
    const { violations } = await exploreNames({ processes: 2, ...faults, around });
    expect(violations.map((violation) => violation.invariant)).toContain(invariant);
  });

  test("shows how it came to what it found", async () => {
    const around = nameMutants[0]?.around ?? ((ports) => ports);
    const faults = { crashes: 0, lostAnswers: 0, graces: 0, around };
    const plans = plansFor(2).slice(0, 1);
    const { violations } = await exploreNames({ processes: 2, plans, ...faults });
    const [one, other] = ["gcaaaaaaaaaaaaaaa", "gdaaaaaaaaaaaaaaa"];
    expect(violations.find(({ invariant }) => invariant === "N1")).toEqual({
      invariant: "N1",
      text: `N1 a name is one living job's: name.a is that of ${other}-1 and ${one}-1`,
      sequence: [
        "one id",
        `creator 1: read ${one}`,
        "creator 1: get name.a",
        `creator 2: read ${other}`,
        "creator 2: get name.a",
        "creator 1: put name.a",
        "creator 2: put name.a",
        `creator 2: append ${other} 1`,
        `creator 1: append ${one} 1`,
      ],
    });
  });

  test("says when it did not see everything", async () => {
    const faults = { crashes: 1, lostAnswers: 1, schedulesMax: 10 };
    const explored = await exploreNames({ processes: 2, ...faults });
    expect(explored).toMatchObject({ schedules: 10, isComplete: false });
  });
});
