/** Bad input at creation: each refusal's text, and that nothing was left behind. */
import { describe, expect, test } from "vitest";
import type { GroupSpec } from "./drafting.ts";
import type { Driver, JsonObject } from "./driver.ts";
import { accepted, Fleet } from "./fleet.ts";
import { whyMisasked, type JobSpec } from "./job-spec.ts";
import { jobTypeOf, Registry } from "./registry.ts";

const args: JsonObject = {
  type: "object",
  properties: {
    from: { type: "string", format: "path" },
    depth: { type: "integer", minimum: 0 },
    mode: { enum: ["fast", "safe"] },
    nested: { type: "object", properties: { flag: { type: "boolean" } }, required: ["flag"] },
  },
  required: ["from"],
  additionalProperties: false,
};
const copier: Driver = { type: "copier", args, run: async () => {} };
const fine = { type: "copier", args: { from: "/a" }, hold: true };

async function declared(): Promise<Fleet> {
  const fleet = new Fleet();
  await fleet.declare(jobTypeOf(copier));
  return fleet;
}

/** What is said to a spec that may be anything at all. */
async function refusal(spec: object, more: Partial<GroupSpec> = {}): Promise<string> {
  await using fleet = await declared();
  const reply = await fleet.create({ jobs: [spec as JobSpec], ...more });
  if (!("refused" in reply)) throw new Error("accepted");
  expect(await fleet.bus.log.head()).toBe(0);
  return reply.refused;
}

describe("a job is refused with", () => {
  const cases: readonly (readonly [string, object])[] = [
    ["Parameter 'type' is missing", {}],
    ["Invalid parameter type for 'type', expected: string", { type: 7 }],
    ["Unknown job type 'nope': no worker has declared it on this bus", { type: "nope" }],
    ["Unknown job type '../x': no worker has declared it on this bus", { type: "../x" }],
    ["Parameter 'colour' is unexpected", { ...fine, colour: "red" }],
    ["Parameter 'from' is missing", { type: "copier" }],
    ["Parameter 'from' is missing", { ...fine, args: {} }],
    ["Parameter 'from' expects an absolute path, found 'a'", { ...fine, args: { from: "a" } }],
    ["Parameter 'to' is unexpected", { ...fine, args: { from: "a", to: "b" } }],
    ["Invalid parameter type for 'from', expected: string", { ...fine, args: { from: 1 } }],
    [
      "Invalid parameter type for 'depth', expected: integer",
      { ...fine, args: { from: "a", depth: 1.5 } },
    ],
    [
      "Parameter 'mode' does not accept value 'slow': it takes fast, safe",
      { ...fine, args: { from: "a", mode: "slow" } },
    ],
    ["Parameter 'nested.flag' is missing", { ...fine, args: { from: "a", nested: {} } }],
    ["Invalid parameter type for 'args', expected: object", { ...fine, args: [] }],
    ["Invalid parameter type for 'speed', expected: number", { ...fine, speed: "fast" }],
    ["Invalid parameter type for 'autoDismiss', expected: boolean", { ...fine, autoDismiss: 1 }],
    [
      "Parameter 'onError' does not accept value 'panic': it takes report, ignore, stop, enospc, auto",
      { ...fine, onError: "panic" },
    ],
    ["Parameter 'retry.tries' is unexpected", { ...fine, retry: { tries: 3 } }],
    ["Invalid job ID '1a'", { ...fine, id: "1a" }],
    [
      "Job ID 'gaaaaaaaaaaaaaaaa-7' has the form of a uid, which only the system gives",
      { ...fine, id: "gaaaaaaaaaaaaaaaa-7" },
    ],
    [
      "Parameter 'args' has 65548 bytes, at most 65536 are taken",
      { ...fine, args: { from: "x".repeat(65_537) } },
    ],
  ];
  test.each(cases)("%s", async (text, spec) => {
    expect(await refusal(spec)).toBe(text);
  });

  const outOfRange: readonly (readonly [string, object])[] = [
    ["retry.attempts", { retry: { attempts: 0 } }],
    ["retry.attempts", { retry: { attempts: 1_001 } }],
    ["retry.backoffMs", { retry: { backoffMs: -1 } }],
    ["timeoutMs", { timeoutMs: 0 }],
    ["timeoutMs", { timeoutMs: 1e14 }],
    ["deadline", { deadline: -1 }],
    ["deadline", { deadline: 9e15 }],
    ["notBefore", { notBefore: 9e15 }],
    ["resources.0.name", { resources: [{ name: "a b", shared: true }] }],
    ["labels", { labels: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`l${n}`, ""])) }],
    ["require", { require: { gpu: "a 100" } }],
    ["require", { require: null }],
    ["depth", { args: { from: "a", depth: -1 } }],
  ];
  test.each(outOfRange)("the name of %s when that is out of range", async (name, more) => {
    expect(await refusal({ ...fine, ...more })).toMatch(new RegExp(`^Parameter '${name}': `));
  });
});

describe("a speed", () => {
  test.each([-1, 0.5, 1e300])(
    "of %d is refused, after the job existed, as in QEMU",
    async (speed) => {
      await using fleet = await declared();
      expect(await fleet.create({ jobs: [{ ...fine, speed }] })).toMatchObject({
        refused: "Parameter 'speed' expects a non-negative value",
      });
    },
  );
});

function many(count: number): GroupSpec {
  return { jobs: Array.from({ length: count }, () => fine) };
}

describe("a group", () => {
  test.each([0, 257, 100_000])("of %d jobs is refused", async (count) => {
    await using fleet = await declared();
    expect(await fleet.create(many(count))).toMatchObject({
      refused: `A group has 1 to 256 jobs, not ${count}`,
      guard: "group-size",
    });
  });

  test("of 256 jobs is accepted", async () => {
    await using fleet = await declared();
    expect(accepted(await fleet.create(many(256))).group.jobs).toHaveLength(256);
  });

  test("says which of its jobs is the wrong one", async () => {
    await using fleet = await declared();
    const jobs = [fine, { ...fine, type: "nope", id: "b" }];
    expect(await fleet.create({ jobs })).toMatchObject({
      refused: "job 2 ('b'): Unknown job type 'nope': no worker has declared it on this bus",
    });
    expect(await fleet.create({ jobs: [{ ...fine, args: {} }, fine] })).toMatchObject({
      refused: "job 1: Parameter 'from' is missing",
    });
  });

  test("is refused when it is none", async () => {
    expect(await refusal(fine, { completion: "sometimes" as "grouped" })).toBe(
      "Parameter 'completion' does not accept value 'sometimes': it takes grouped, individual",
    );
    expect(await refusal(fine, { name: 7 as unknown as string })).toBe(
      "Invalid parameter type for 'name', expected: string",
    );
    expect(await refusal(fine, { jobs: "many" as unknown as [] })).toBe(
      "Invalid parameter type for 'jobs', expected: array",
    );
    expect(await refusal(fine, { jobs: [null as unknown as JobSpec] })).toBe(
      "Invalid parameter type for 'jobs.0', expected: object",
    );
  });
});

test("a note of more than a thousand characters is refused", () => {
  expect(whyMisasked({ note: "x".repeat(1_000) }, "pause")).toBeUndefined();
  expect(whyMisasked({ note: "x".repeat(1_001) }, "pause")).toMatchObject({
    refused: "Parameter 'note' has 1001 characters, at most 1000 are taken",
  });
});

describe("a driver is refused", () => {
  const cases: readonly (readonly [string, object, RegExp])[] = [
    ["with a type that is no name", { type: "No Name" }, /a type is a lower-case letter/],
    ["without run", { run: undefined }, /driver 'copier' has no run/],
    ["with a schema that is none", { args: { type: "wish" } }, /driver 'copier': args/],
    [
      "with a change schema that is none",
      { change: { $ref: "#/nowhere" } },
      /driver 'copier': change/,
    ],
  ];
  test.each(cases)("%s", (_name, over, text) => {
    expect(() => jobTypeOf({ ...copier, ...over })).toThrow(text);
  });
});

test("the registry knows every type that was declared, as it was declared last", async () => {
  await using fleet = await declared();
  const registry = new Registry(fleet.bus.values);
  const { description, shape } = jobTypeOf({ ...copier, description: "copies", softCancel: true });
  await fleet.declare({ ...jobTypeOf(copier), description, shape });
  expect(await registry.find("copier")).toMatchObject({
    description,
    shape: { can: ["soft-cancel"] },
  });
  expect((await registry.all()).map(({ type }) => type)).toEqual(["copier"]);
});
