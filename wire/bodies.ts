/**
 * The bodies of requests, as they are held against their schemas where they arrive. Unknown fields
 * are ignored; what a job may be made of is the job spec's own matter.
 */
import { z } from "zod";
import { whyNotJobType } from "../actors/registry.ts";
import { tailBytesMax } from "../actors/output-tail.ts";
import { cursorBytesMax, resultBytesMax } from "../actors/run.ts";
import { preparedBytesMax } from "../actors/step.ts";
import type { Report, VerbInput, ClaimInput } from "../machines/input.ts";
import { isKeepers } from "../actors/job-spec.ts";
import { whyNotTags } from "../actors/tag-form.ts";
import type { Json } from "../machines/json.ts";
import { capabilities } from "../machines/record.ts";
import { statuses, verbNames, type Verb } from "../machines/status.ts";
import { wireVersion } from "./subjects.ts";

const text = z.string().max(1_000);
const id = z.string().min(1).max(128);
const amount = z.number().nonnegative();
const json = z.json();
const object = z.record(z.string(), json);

/** JSON of so many bytes, since the log keeps it for good. */
function jsonOf(bytesMax: number): z.ZodType<Json> {
  return json.refine((value) => Buffer.byteLength(JSON.stringify(value)) <= bytesMax, {
    error: `expected at most ${bytesMax} bytes of JSON`,
  });
}
const cursor = jsonOf(cursorBytesMax);

const version = z.int().refine((v) => v <= wireVersion, {
  error: `expected version ${wireVersion} or lower: this node is too old for what is asked`,
});

/** What every command may carry; a node gives an id to one without. */
const asking = {
  v: version.optional(),
  id: id.optional(),
  /** user@host, as the client says it. */
  by: text.min(1).optional(),
  note: z.string().optional(),
  /** The group's last rev as the client knows it: with another one nothing is done. */
  rev: z.int().nonnegative().optional(),
};

const claim = z.object({ session: id, worker: id, host: id });

export const createBody = z.object({
  ...asking,
  name: z.string().optional(),
  completion: z.enum(["grouped", "individual"]).optional(),
  jobs: z.array(z.unknown()),
  claim: claim.optional(),
});

const verbFields: Partial<Record<Verb, z.ZodRawShape>> = {
  cancel: { soft: z.boolean().optional() },
  "set-speed": { speed: z.number() },
  change: { change: object },
};

/** The body of each verb. */
export const verbBodies: ReadonlyMap<string, z.ZodType<VerbBody>> = new Map(
  verbNames.map((verb) => [
    verb,
    z.object({ ...asking, ...verbFields[verb] }) as z.ZodType<VerbBody>,
  ]),
);

type Body<S extends z.ZodRawShape> = z.infer<z.ZodObject<S>>;
type VerbBody = Body<typeof asking> & Omit<VerbInput, "uid" | "verb">;

const saying = {
  v: version.optional(),
  /** Unique for all time, and not of the forms that keepers give. */
  id: id.refine((given) => !isKeepers(given), {
    error: "expected an id of another form: keepers of nodes give such",
  }),
  epoch: z.int().positive(),
  note: z.string().optional(),
  progress: z.object({ current: amount, total: amount }).optional(),
  cursor: cursor.optional(),
};
const step = z.enum(["prepare", "commit", "abort", "clean"]);

const plain = [
  "progress",
  "paused",
  "resumed",
  "ready",
  "committed",
  "aborted",
  "cleaned",
  "released",
] as const;

/** A report, without whose it is: the subject says that. */
const report = z.discriminatedUnion("verb", [
  z.object({ ...saying, verb: z.enum(plain) }),
  z.object({ ...saying, verb: z.literal("finished"), result: jsonOf(resultBytesMax).optional() }),
  z.object({
    ...saying,
    verb: z.literal("prepared"),
    prepared: jsonOf(preparedBytesMax).optional(),
  }),
  z.object({
    ...saying,
    verb: z.literal("failed"),
    error: z.string(),
    retryable: z.boolean().optional(),
    cancelled: z.boolean().optional(),
  }),
  z.object({
    ...saying,
    verb: z.literal("io-error"),
    error: z.string(),
    operation: z.enum(["read", "write"]),
    nospace: z.boolean(),
  }),
  z.object({ ...saying, verb: z.literal("step-failed"), step, error: z.string() }),
  z.object({ ...saying, verb: z.literal("claimed"), claim }),
]) as unknown as z.ZodType<ReportBody>;

type WithoutUid<I> = I extends { readonly uid: string } ? Omit<I, "uid"> : never;
export type ReportBody = WithoutUid<Report | ClaimInput> & { readonly id: string };

const epoch = z.int().positive();

/** What a worker says of its checkpoints, and what it asks. */
const checkpoint = z.discriminatedUnion("verb", [
  z.object({
    verb: z.literal("checkpoint"),
    v: version.optional(),
    epoch,
    cursor,
    progress: z.object({ current: amount, total: amount }),
    /** Which one of its epoch, 1, 2, 3 …: a late one does not overwrite a later one then. */
    n: z.int().positive().optional(),
  }),
  z.object({ verb: z.literal("checkpoint-last"), v: version.optional() }),
  z.object({ verb: z.literal("checkpoint-forget"), v: version.optional(), epoch }),
]);
export type CheckpointBody = z.infer<typeof checkpoint>;

/** What a job says for people, as far as it is kept. */
const output = z.object({
  verb: z.literal("output"),
  v: version.optional(),
  epoch,
  attempt: z.int().positive(),
  /** How many bytes its epoch has said before these. */
  offset: z.int().nonnegative(),
  bytes: z.base64().refine((text) => Buffer.byteLength(text, "base64") <= tailBytesMax, {
    error: `expected at most ${tailBytesMax} bytes in base64`,
  }),
});
export type OutputBody = z.infer<typeof output>;

export const reportBody = z.union([checkpoint, output, report]);

const jobType = z
  .object({
    type: z.string(),
    description: z.string(),
    shape: z.object({
      can: z.array(z.enum(capabilities)),
      place: z.enum(["anywhere", "host"]),
      recover: z.enum(["resume", "restart", "fail"]),
    }),
    args: object,
    change: object.nullable(),
  })
  .superRefine((declared, context) => {
    const why = whyNotJobType(declared);
    if (why !== undefined) context.addIssue(why);
  });

export const declareBody = z.object({ v: version.optional(), types: z.array(jobType).max(256) });

export const registerBody = z.object({
  v: version.optional(),
  types: z.array(jobType).max(256),
  host: id,
  tags: z
    .record(z.string(), z.string())
    .refine((tags) => whyNotTags(tags) === undefined, {
      error: ({ input }) => whyNotTags(input) ?? "expected tags",
    })
    .optional(),
});

export const pruneBody = z.object({
  v: version.optional(),
  endedBy: z.number(),
  after: z.int().nonnegative(),
  isDry: z.boolean(),
  by: text.min(1),
});

const word = z.string();

/** What queries may say; each hears what concerns it. */
export const queryBody = z.object({
  v: version.optional(),
  /** The position that the log must have reached. */
  minSeq: z.int().optional(),
  at: z.union([z.object({ position: z.int() }), z.object({ timeMs: z.number() })]).optional(),
  all: z.boolean().optional(),
  status: z.enum(statuses).optional(),
  type: word.optional(),
  labels: z.record(word, word).optional(),
  id: word.optional(),
  uid: word.optional(),
  gid: word.optional(),
  timeMs: z.number().optional(),
});
export type Query = z.infer<typeof queryBody>;
