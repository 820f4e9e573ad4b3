/**
 * Drafting: from what a client asks to the input that creates it. Ids are given here, types and
 * arguments are held against the registry; whether the ids are free is for the desk to say.
 */
import { createHash } from "node:crypto";
import { isAbsolute } from "node:path";
import type { Asked, Create, Draft } from "../machines/input.ts";
import { isUid, uidOf } from "../machines/job-id.ts";
import type { JsonObject } from "../machines/json.ts";
import { blankJob, type Claim } from "../machines/record.ts";
import { refusal, type Refusal } from "../machines/refusal.ts";
import { takesWhenClaimed } from "../machines/resources.ts";
import { whyMalformed, whyMalformedGroup, type JobSpec } from "./job-spec.ts";
import { whyMisfit, type JobType } from "./registry.ts";

export interface GroupSpec {
  readonly name?: string;
  /** `grouped`: converge, finalize and abort together. Default `individual`. */
  readonly completion?: "grouped" | "individual";
  readonly jobs: readonly JobSpec[];
}

interface Circumstances {
  readonly asked: Asked;
  /** Starts the jobs in the same commit, unless one of them waits for its resources. */
  readonly claim: Claim | undefined;
  readonly find: (type: string) => Promise<JobType | undefined>;
}

const base32 = "abcdefghijklmnopqrstuvwxyz234567";

/** The group that a creating command makes: the same command, sent again, meets its own group. */
function gidOfCommand(id: string): string {
  const digest = createHash("sha256").update(id).digest();
  return `g${Array.from(digest.subarray(0, 16), (byte) => base32[byte % 32]).join("")}`;
}

/** The input that creates the group, or why there can be none. */
export async function draftGroup(
  group: GroupSpec,
  { asked, claim, find }: Circumstances,
): Promise<(Asked & Create) | Refusal> {
  const misshapen = whyMalformedGroup(group);
  if (misshapen !== undefined) return misshapen;
  const { name, completion = "individual", jobs } = group;
  const gid = gidOfCommand(asked.id);
  const drafts: Draft[] = [];
  for (const [index, spec] of jobs.entries()) {
    const malformed = whyMalformed(spec);
    if (malformed !== undefined) return named(malformed, spec, index, jobs.length);
    const jobType = await find(spec.type);
    const drafted = jobType ? draft(spec, jobType) : unknownType(spec.type);
    if ("refused" in drafted) return named(drafted, spec, index, jobs.length);
    const uid = uidOf(gid, index + 1);
    drafts.push({ ...drafted, id: spec.id ?? uid, uid });
  }
  return {
    ...asked,
    verb: "create",
    completion,
    jobs: drafts,
    ...(name === undefined ? {} : { name }),
    ...(claim === undefined || drafts.some(takesWhenClaimed) ? {} : { claim }),
  };
}

/** Says which of several jobs a refusal is about. */
function named(refused: Refusal, { id }: JobSpec, index: number, count: number): Refusal {
  if (count === 1) return refused;
  const which = id === undefined ? `job ${index + 1}` : `job ${index + 1} ('${id}')`;
  return { ...refused, refused: `${which}: ${refused.refused}` };
}

function unknownType(type: string): Refusal {
  const text = `Unknown job type '${type}': no worker has declared it on this bus`;
  return refusal(text, "type", "create");
}

function draft(
  spec: JobSpec,
  { shape, args: schema }: JobType,
): Omit<Draft, "id" | "uid"> | Refusal {
  if (spec.id !== undefined && isUid(spec.id)) {
    const text = `Job ID '${spec.id}' has the form of a uid, which only the system gives`;
    return refusal(text, "job-id", "create");
  }
  const { id: _id, hold, retry, args: given = {}, ...rest } = spec;
  const misfit = whyMisfit(schema, given, "create");
  if (misfit !== undefined) return misfit;
  const relative = pathsIn(schema, given).find(([, path]) => !isAbsolute(path));
  if (relative !== undefined) {
    const [name, path] = relative;
    return refusal(
      `Parameter '${name}' expects an absolute path, found '${path}'`,
      "args",
      "create",
    );
  }
  return {
    ...rest,
    args: given,
    shape,
    ...(hold === undefined ? {} : { held: hold }),
    ...(retry === undefined ? {} : { retry: { ...blankJob.retry, ...retry } }),
  };
}

/**
 * Arguments whose schema has `format: "path"`, made absolute where the client stands; so are those
 * that have a `default` and are not given.
 */
export function withAbsolutePaths(
  { args: schema }: JobType,
  given: JsonObject,
  absolute: (path: string) => string,
): JsonObject {
  const whole = { ...defaultPaths(schema), ...given };
  const paths = pathsIn(schema, whole).map(([name, path]) => [name, absolute(path)] as const);
  return { ...given, ...Object.fromEntries(paths) };
}

function defaultPaths({ properties }: JsonObject): JsonObject {
  const all = Object.entries((properties ?? {}) as Readonly<Record<string, JsonObject>>);
  return Object.fromEntries(
    all.flatMap(([name, { format, default: path }]) =>
      format === "path" && typeof path === "string" ? [[name, path]] : [],
    ),
  );
}

/** Which arguments are paths, by the schema. */
function pathsIn(schema: JsonObject, given: JsonObject): readonly (readonly [string, string])[] {
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, JsonObject>>;
  return Object.entries(given).flatMap(([name, value]) =>
    typeof value === "string" && properties[name]?.["format"] === "path" ? [[name, value]] : [],
  );
}
