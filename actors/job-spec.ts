/**
 * The job spec: what a client asks for when it creates a job. Held against its schema here, at
 * the edge; types and their arguments are the registry's matter.
 */
import { z } from "zod";
import { isUid } from "../machines/job-id.ts";
import type { JsonObject } from "../machines/json.ts";
import {
  busyPolicies,
  errorPolicies,
  type BusyPolicy,
  type ErrorPolicy,
  type Resource,
  type Retry,
} from "../machines/record.ts";
import { refusal, type Refusal } from "../machines/refusal.ts";
import type { Tags } from "../machines/tags.ts";
import { misfitText } from "./misfit.ts";
import { whyNotTags } from "./tag-form.ts";

export interface JobSpec {
  /** Free for all types once its last job is null. Default: the job's uid. */
  readonly id?: string;
  readonly type: string;
  readonly args?: JsonObject;
  /** `false`: waits in pending for `finalize`. Default true. */
  readonly autoFinalize?: boolean;
  /** `false`: waits in concluded for `dismiss`. Default true. */
  readonly autoDismiss?: boolean;
  /** Waits for `start`. Default false. */
  readonly hold?: boolean;
  /** Units a second, 0 = unlimited. */
  readonly speed?: number;
  readonly onError?: ErrorPolicy;
  readonly retry?: Partial<Retry>;
  /** Not claimed before; milliseconds since 1970. */
  readonly notBefore?: number;
  /** Running and ready time, pauses excluded, after which the job is cancelled. */
  readonly timeoutMs?: number;
  /** After which the job is cancelled, unless it is decided; milliseconds since 1970. */
  readonly deadline?: number;
  readonly resources?: readonly Resource[];
  /** `wait`: it is claimed when its resources are free, and holds them from then on. Default `refuse`. */
  readonly onBusy?: BusyPolicy;
  /** -9 to 9: of the jobs that wait for a worker the higher go first, then the oldest. Default 0. */
  readonly priority?: number;
  /** Working without progress for so long, it counts as stalled. */
  readonly stallMs?: number;
  /** At most 16. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Tags that every worker that runs or finishes it must have: `{ gpu: "a100" }`; at most 16. */
  readonly require?: Tags;
}

const argsBytesMax = 64 * 1024;
const noteCharsMax = 1_000;
const commandIdCharsMax = 128;
const yearMs = 366 * 24 * 3_600_000;
const durationMs = z
  .int()
  .positive()
  .max(10 * yearMs);
/** The last moment that a date can name. */
const timeMax = 8_640_000_000_000_000;
const time = z.int().nonnegative().max(timeMax);
const resourceName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, {
  error: "expected a name: a letter or digit, then up to 127 letters, digits, '.', '_', '-'",
});

const schema = z.strictObject({
  id: z.string().optional(),
  type: z.string(),
  args: z.record(z.string(), z.json()).optional(),
  autoFinalize: z.boolean().optional(),
  autoDismiss: z.boolean().optional(),
  hold: z.boolean().optional(),
  speed: z.number().optional(),
  onError: z.enum(errorPolicies).optional(),
  retry: z
    .strictObject({
      attempts: z.int().positive().max(1_000).optional(),
      backoffMs: durationMs.optional(),
      maxMs: durationMs.optional(),
    })
    .optional(),
  notBefore: time.optional(),
  timeoutMs: durationMs.optional(),
  deadline: time.optional(),
  resources: z
    .array(
      z
        .strictObject({
          name: resourceName,
          shared: z.boolean(),
          limit: z.int().positive().max(1_000_000).optional(),
        })
        .refine(({ shared, limit }) => !(shared && limit !== undefined), {
          error: "expected a limit or shared, not both",
        }),
    )
    .max(16)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, {
      error: "expected each resource once",
    })
    .optional(),
  onBusy: z.enum(busyPolicies).optional(),
  priority: z.int().min(-9).max(9).optional(),
  stallMs: durationMs.optional(),
  labels: z
    .record(z.string().min(1).max(63), z.string().max(256))
    .refine((labels) => Object.keys(labels).length <= 16, { error: "expected at most 16 labels" })
    .optional(),
  require: z
    .unknown()
    .superRefine((given, context) => {
      const why = whyNotTags(given);
      if (why !== undefined) context.addIssue(why);
    })
    .optional(),
});

const group = z.strictObject({
  name: z.string().min(1).max(128).optional(),
  completion: z.enum(["grouped", "individual"]).optional(),
  jobs: z.array(z.looseObject({})),
});

/** The first thing that is wrong with a group, apart from its jobs. */
export function whyMalformedGroup(spec: unknown): Refusal | undefined {
  const issue = group.safeParse(spec).error?.issues[0];
  return issue && refusal(misfitText(issue, spec), "spec", "create");
}

/** The first thing that is wrong with a spec; undefined when it is well-formed. */
export function whyMalformed(spec: unknown): Refusal | undefined {
  const parsed = schema.safeParse(spec);
  const issue = parsed.error?.issues[0];
  if (issue !== undefined) return refusal(misfitText(issue, spec), "spec", "create");
  const sizeBytes = Buffer.byteLength(JSON.stringify(parsed.data?.args ?? {}));
  if (sizeBytes <= argsBytesMax) return undefined;
  const text = `Parameter 'args' has ${sizeBytes} bytes, at most ${argsBytesMax} are taken`;
  return refusal(text, "args-size", "create");
}

/** The ids of what keepers ask: nobody else's request may stand in their way. */
const keepers = /^(?:lost|timer-\w+|void|prune)-g[a-z2-7]{16}(?:-|$)/;
/** And of what workers report. */
const workers = /^g[a-z2-7]{16}-\d+\./;

export function isKeepers(id: string): boolean {
  return keepers.test(id);
}

/**
 * What is wrong with what may be said with any request, `job` being how it names one; undefined
 * when nothing is.
 */
export function whyMisasked(
  { note = "", commandId }: { readonly note?: string; readonly commandId?: string },
  verb: string,
  job?: string,
): Refusal | undefined {
  if (note.length > noteCharsMax) {
    const text = `Parameter 'note' has ${note.length} characters, at most ${noteCharsMax} are taken`;
    return refusal(text, "note-size", verb);
  }
  if (commandId === undefined) return undefined;
  if (job !== undefined && !isUid(job)) {
    const text = "A command with an id of its own names the job by its uid: ids are used again";
    return refusal(text, "command-id", verb);
  }
  if (isKeepers(commandId) || workers.test(commandId)) {
    const text = `Command id '${commandId}' has a form that only the system gives`;
    return refusal(text, "command-id", verb);
  }
  if (commandId !== "" && commandId.length <= commandIdCharsMax) return undefined;
  const text = `A command's id has 1 to ${commandIdCharsMax} characters, not ${commandId.length}`;
  return refusal(text, "command-id", verb);
}
