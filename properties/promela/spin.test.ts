/** The second opinion: Spin, on a model that was written by itself, against the real `decide`. */
import { expect, test } from "vitest";
import { describeWith, parts } from "../parts.ts";
import { walkCore } from "./core-walk.ts";
import { checkPromises, guards, promises, walkModel, type ModelMember } from "./spin.ts";

const hand = { autoFinalize: false, autoDismiss: false };
const auto = { autoFinalize: true, autoDismiss: true };

function byHand(jobs: number): readonly ModelMember[] {
  return Array.from({ length: jobs }, () => hand);
}

/** What only one of the two has, the first few. */
function differences(spin: ReadonlySet<string>, ours: ReadonlySet<string>): readonly string[] {
  return [
    ...[...spin.difference(ours)].map((one) => `only Spin has ${one}`),
    ...[...ours.difference(spin)].map((one) => `only ours has ${one}`),
  ].slice(0, 10);
}

describeWith(parts.spin, "Spin, on a model of its own", (commands) => {
  test.for([
    { title: "1 job", kind: "plain", members: byHand(1), counts: [51, 75] },
    { title: "2 jobs", kind: "plain", members: byHand(2), counts: [693, 1_888] },
    { title: "3 jobs", kind: "plain", members: byHand(3), counts: [9_317, 38_532] },
    { title: "1 mirror", kind: "mirror", members: byHand(1), counts: [171, 301] },
    { title: "2 mirrors", kind: "mirror", members: byHand(2), counts: [6_029, 21_404] },
    { title: "2 automatic jobs", kind: "plain", members: [auto, auto], counts: [460, 1_380] },
    {
      title: "2 mirrors, one automatic",
      kind: "mirror",
      members: [auto, hand],
      counts: [4_993, 19_036],
    },
  ] as const)("goes where the explorer goes, step for step: $title", async (options) => {
    const spin = await walkModel(commands, options);
    const ours = walkCore(options);
    expect([spin.violated, ours.violations]).toEqual([undefined, []]);
    expect(differences(spin.states, ours.states)).toEqual([]);
    expect(differences(spin.steps, ours.steps)).toEqual([]);
    expect([ours.states.size, ours.steps.size]).toEqual(options.counts);
    expect(spin.stored).toBeGreaterThanOrEqual(spin.states.size);
  });

  test("finds an end to all that is cancelled, decided, paused or resumed", async () => {
    const verdicts = await checkPromises(commands, { kind: "mirror", members: byHand(2) });
    const broken = promises.filter((promise) => verdicts.get(promise)?.violated !== undefined);
    expect([verdicts.size, broken]).toEqual([promises.length, []]);
  });

  test.for(guards.filter((guard) => guard !== "LIFT" && guard !== "PARK"))(
    "notices that the guard %s is gone",
    async (broken) => {
      const model = { kind: "plain", members: byHand(2), broken } as const;
      expect((await walkModel(commands, model)).violated).toBeDefined();
    },
  );

  test("differs from the explorer when a second cancel does not lift a pause", async () => {
    const options = { kind: "plain", members: byHand(1) } as const;
    const spin = await walkModel(commands, { ...options, broken: "LIFT" });
    expect(spin.violated).toBeUndefined();
    expect(differences(spin.steps, walkCore(options).steps).toSorted()).toEqual([
      "only Spin has cancel 0: 2 1 2 0 0 0 0 2 > 2 1 2 0 0 0 0 2",
      "only Spin has cancel 0: 3 1 2 0 0 0 0 2 > 3 1 2 0 0 0 0 2",
      "only ours has cancel 0: 2 1 2 0 0 0 0 2 > 2 0 2 0 0 0 0 2",
      "only ours has cancel 0: 3 1 2 0 0 0 0 2 > 3 0 2 0 0 0 0 2",
    ]);
  });

  test("sees that a cancel may never end when who is to end may still be parked", async () => {
    const model = { kind: "plain", members: byHand(1), broken: "PARK" } as const;
    const verdicts = await checkPromises(commands, model);
    expect(verdicts.get("cancelEnds")?.violated).toBe("acceptance cycle");
  });
});
