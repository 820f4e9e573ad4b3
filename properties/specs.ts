/**
 * Arbitraries of what clients ask of a system: job specs, groups of them, verbs with what they
 * take. All of it is well-formed; whether it is legal is for the system under test to say.
 */
import type { Arbitrary } from "fast-check";
import type { JsonObject } from "../machines/json.ts";
import { errorPolicies } from "../machines/record.ts";
import { verbNames, type Verb } from "../machines/status.ts";
import type { GroupSpec, JobSpec, VerbOptions } from "../jobchart.ts";
import { fastCheck } from "./fast-check.ts";

/** A job type to draw jobs of, and arguments that its schema takes. */
export interface SpecSource {
  readonly type: string;
  /** Default: no arguments. */
  readonly args?: Arbitrary<JsonObject>;
}

/** Specs of jobs of these types: every option but ids, resources, required tags, times of day. */
export function jobSpecs(first: SpecSource, ...others: readonly SpecSource[]): Arbitrary<JobSpec> {
  const fc = fastCheck();
  return fc.oneof(
    ...[first, ...others].map(({ type, args = fc.constant({}) }) =>
      fc.record(
        {
          type: fc.constant(type),
          args,
          autoFinalize: fc.boolean(),
          autoDismiss: fc.boolean(),
          hold: fc.boolean(),
          speed: fc.nat(1_000_000),
          onError: fc.constantFrom(...errorPolicies),
          retry: fc.record({ attempts: fc.integer({ min: 1, max: 3 }) }),
          labels: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ maxLength: 8 }), {
            maxKeys: 2,
          }),
        },
        { requiredKeys: ["type", "args"] },
      ),
    ),
  );
}

/** Groups of one to four jobs, that finish together or are only created together. */
export function groupSpecs(jobs: Arbitrary<JobSpec>): Arbitrary<GroupSpec> {
  const fc = fastCheck();
  return fc.record(
    {
      jobs: fc.array(jobs, { minLength: 1, maxLength: 4 }),
      completion: fc.constantFrom("grouped", "individual"),
      name: fc.stringMatching(/^[a-z]{1,8}$/),
    },
    { requiredKeys: ["jobs"] },
  );
}

/** A verb and what it takes. */
export interface VerbSpec {
  readonly verb: Verb;
  readonly options: Pick<VerbOptions, "soft" | "speed" | "change" | "note">;
}

/** All ten verbs; `change` draws what `change` may set. A speed may be one that is refused. */
export function verbSpecs({ change }: { readonly change?: Arbitrary<JsonObject> } = {}) {
  const fc = fastCheck();
  const taken: Partial<Record<Verb, Arbitrary<VerbSpec["options"]>>> = {
    cancel: fc.record({ soft: fc.boolean() }),
    "set-speed": fc.record({ speed: fc.integer({ min: -1, max: 1_000_000 }) }),
    change: fc.record({ change: change ?? fc.constant({}) }),
  };
  return fc.oneof(
    ...verbNames.map((verb): Arbitrary<VerbSpec> =>
      fc.record({ verb: fc.constant(verb), options: taken[verb] ?? fc.constant({}) }),
    ),
  );
}
