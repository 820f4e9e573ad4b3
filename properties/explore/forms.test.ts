import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decide, type Decision } from "../../machines/lifecycle.ts";
import type { Group } from "../../machines/record.ts";
import { lifecycleSpace, type Scope } from "./lifecycle-space.ts";
import { inputOf } from "./message.ts";
import { realInput } from "./tape.ts";

/** What a decision says, texts, times and data aside. */
function gist({ events, refusal }: Decision): string {
  const facts = events.map(({ kind, uid, from, to }) => `${kind} ${uid} ${from} ${to}`);
  return [refusal?.guard, ...facts].join("; ");
}

const scopes: readonly Scope[] = [
  { jobs: 1, kind: "mirror", profile: "wide", faults: 2 },
  { jobs: 1, kind: "plain", profile: "recovery", faults: 6 },
  { jobs: 2, kind: "mirror", profile: "wide", faults: 1 },
  { jobs: 3, kind: "plain", profile: "wide", faults: 1 },
];

test.each(scopes)(
  "a walk over forms is answered as one over whole records: $jobs $kind, $profile",
  (scope) => {
    const space = lifecycleSpace({ ...scope, memory: false, symmetry: false });
    const [root] = space.roots;
    const walk = fc.array(fc.nat(1_000_000), { minLength: 20, maxLength: 60, size: "max" });
    fc.assert(
      fc.property(walk, (choices) => {
        let [form, whole] = [root as Group, root as Group];
        for (const [index, choice] of choices.entries()) {
          const messages = [...space.messages(form)];
          const message = messages[choice % messages.length];
          if (message === undefined) return;
          const short = decide(form, inputOf(message, form));
          const long = decide(whole, realInput(message, whole, index + 1));
          expect(gist(short)).toBe(gist(long));
          form = space.step(form, message).next;
          whole = long.next;
        }
      }),
      { seed: 20_251_120, numRuns: 150 },
    );
  },
);
