import { fc } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { decide } from "../machines/lifecycle.ts";
import { blankJob, busyPolicies, emptyGroup, errorPolicies, type Job } from "../machines/record.ts";
import { gidOf } from "../machines/job-id.ts";
import { draftGroup } from "./drafting.ts";
import type { JobSpec } from "./job-spec.ts";
import type { JobType } from "./registry.ts";
import { specOf } from "./spec-of.ts";

const at = Date.UTC(2026, 10, 20);
const asked = { id: "c1", by: "anna@ws", at };
const work: JobType = {
  type: "work",
  description: "",
  shape: blankJob.shape,
  args: {},
  change: null,
};
const find = async () => work;

/** The job that the spec makes. */
async function createdFrom(spec: JobSpec): Promise<Job> {
  const input = await draftGroup({ jobs: [spec] }, { asked, claim: undefined, find });
  if ("refused" in input) throw new Error(input.refused);
  const gid = gidOf(input.jobs[0]?.uid ?? "");
  const [job] = decide(emptyGroup(gid), input).next.jobs;
  if (job === undefined) throw new Error("expected a job");
  return job;
}

const name = fc.stringMatching(/^[a-z]{1,8}$/);
const durationMs = fc.integer({ min: 1, max: 1_000_000 });
const moment = fc.integer({ min: at - 1_000, max: at + 1_000 });
const texts = fc.dictionary(name, name, { maxKeys: 2 });
const resource = fc.oneof(
  fc.record({ name, shared: fc.boolean() }),
  fc.record({ name, shared: fc.constant(false), limit: fc.integer({ min: 1, max: 9 }) }),
);
const settings: { [Name in keyof Required<JobSpec>]: fc.Arbitrary<Required<JobSpec>[Name]> } = {
  id: name,
  type: fc.constant("work"),
  args: fc.dictionary(name, fc.oneof(fc.nat(), name), { maxKeys: 3 }),
  autoFinalize: fc.boolean(),
  autoDismiss: fc.boolean(),
  hold: fc.boolean(),
  speed: fc.nat(1_000),
  onError: fc.constantFrom(...errorPolicies),
  retry: fc.record(
    { attempts: fc.integer({ min: 1, max: 3 }), backoffMs: durationMs, maxMs: durationMs },
    { requiredKeys: [] },
  ),
  notBefore: moment,
  timeoutMs: durationMs,
  deadline: moment,
  resources: fc.uniqueArray(resource, { maxLength: 2, selector: ({ name }) => name }),
  onBusy: fc.constantFrom(...busyPolicies),
  priority: fc.integer({ min: -9, max: 9 }),
  stallMs: durationMs,
  labels: texts,
  require: texts,
};
const specs = fc.record(settings, { requiredKeys: ["type"] }) as fc.Arbitrary<JobSpec>;

test("a job's spec makes the same job again", async () => {
  const again = fc.asyncProperty(specs, async (spec) => {
    const job = await createdFrom(spec);
    const { id = job.id } = spec;
    expect({ ...(await createdFrom(specOf(job, 0))), id }).toEqual(job);
  });
  await fc.assert(again);
});

test("a start or deadline that has passed is not asked for again", () => {
  const passed = fc.property(moment, moment, (notBefore, deadline) => {
    const spec = specOf({ ...blankJob, notBefore, deadline }, at);
    expect(spec.notBefore).toBe(notBefore > at ? notBefore : undefined);
    expect(spec.deadline).toBe(deadline > at ? deadline : undefined);
  });
  fc.assert(passed);
});
