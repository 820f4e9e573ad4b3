/**
 * The digests of requests: one request has one, whoever sends it, whenever, and from whatever
 * release (F1); two requests have two (F2). They are in every log that was ever written.
 */
import type { Create, Input } from "../../machines/input.ts";
import type { Json } from "../../machines/json.ts";
import { requestDigest } from "../../machines/ledger.ts";
import { draftOf } from "../../machines/story.ts";

const asked = { id: "c1", by: "user@host", at: 0 } as const;

function creation(list: Json, more: Partial<Create> = {}): Input {
  const jobs = [draftOf({ id: "a", args: { to: "/b", list, from: "/a" }, speed: 5 }, 1)];
  return { ...asked, verb: "create", completion: "grouped", jobs, ...more };
}

function finished(result: Json): Input {
  return { ...asked, verb: "finished", uid: "a", epoch: 1, result };
}

/** As the first release wrote them. */
const kept: readonly (readonly [digest: string, request: Input])[] = [
  ["aec7952cc604d25e", creation([1, { b: [], a: null }, "c"])],
  ["7b654af380546b60", finished({ b: 1, a: { d: [true, 2.5], c: "\u2028" } })],
  ["6c315181b845341d", { ...asked, verb: "pause", uid: "a" }],
];

const whole = creation([1]);
const claim = { session: "s1", worker: "w1", host: "h1" };
const shape = { can: [], place: "host", recover: "fail" } as const;

/** Ways to say the same. */
const same: readonly Input[] = [
  { ...whole, id: "c9", by: "somebody", at: 1 },
  { ...whole, traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" },
  creation([1], { claim }),
  creation([1], {
    jobs: [
      { ...draftOf({ id: "a", args: { from: "/a", to: "/b", list: [1] }, speed: 5 }, 1), shape },
    ],
  }),
  Object.fromEntries(Object.entries(whole).toReversed()) as unknown as Input,
  { ...whole, note: undefined } as unknown as Input,
];

const others: readonly Input[] = [
  creation([2]),
  creation([[1]]),
  creation([1, 2]),
  creation([2, 1]),
  creation([]),
  creation({}),
  creation(null),
  creation([null]),
  creation([1], { completion: "individual" }),
  creation([1], { name: "nightly" }),
  creation([1], { jobs: [draftOf({ id: "a", require: { gpu: "a100" } }, 1)] }),
  creation([1], { jobs: [draftOf({ id: "a", require: { gpu: "h100" } }, 1)] }),
  { ...whole, note: "because" },
  finished(null),
  { ...asked, verb: "pause", uid: "b" },
];

/** Throws at the first digest that is not as it must be. */
export function everyDigest(): void {
  const digest = requestDigest(whole);
  for (const each of same) {
    if (requestDigest(each) !== digest) throw new Error(`another digest: ${JSON.stringify(each)}`);
  }
  const holes = finished([undefined] as unknown as Json);
  if (requestDigest(holes) !== requestDigest(finished([null]))) {
    throw new Error("a hole in a list is null once it is written, but has a digest of its own");
  }
  const digests = new Set([digest, ...others.map(requestDigest)]);
  if (digests.size !== others.length + 1) throw new Error("two requests have one digest");
  for (const [digest, request] of kept) {
    const now = requestDigest(request);
    if (now === digest) continue;
    throw new Error(`the digest ${digest} is now ${now}: ${JSON.stringify(request)}`);
  }
}
