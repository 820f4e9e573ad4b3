/**
 * The registry: which job types there are, as workers have declared them. Creation takes a type's
 * shape from here and holds the arguments against its JSON Schema, so that whoever creates a job
 * need not have its driver.
 */
import { z } from "zod";
import type { Values } from "../bus/bus.ts";
import { canonical, type JsonObject } from "../machines/json.ts";
import { capabilities, type Shape } from "../machines/record.ts";
import { refusal, type Refusal } from "../machines/refusal.ts";
import type { Driver } from "./driver.ts";
import { misfitText } from "./misfit.ts";

export interface JobType {
  readonly type: string;
  readonly description: string;
  readonly shape: Shape;
  /** JSON Schema of the arguments. */
  readonly args: JsonObject;
  /** JSON Schema of what `change` accepts, null when the type does not support it. */
  readonly change: JsonObject | null;
}

const prefix = "type.";
const typeName = /^[a-z][a-z0-9-]{0,63}$/;

/** What a driver declares; fails with a TypeError that says what is wrong with it. */
export function jobTypeOf(driver: Driver): JobType {
  const { type, description = "", args, change = null } = driver;
  if (typeof driver.run !== "function") throw new TypeError(`driver '${type}' has no run`);
  const declared = {
    args: closed(args),
    change: change === null ? null : closed(change),
  };
  const why = whyNotJobType({ type, ...declared });
  if (why !== undefined) throw new TypeError(`driver '${type}': ${why}`);
  return { type, description, shape: shapeOf(driver), ...declared };
}

/** Why nobody could create jobs of such a type; undefined when all can. */
export function whyNotJobType({
  type,
  args,
  change,
}: Pick<JobType, "type" | "args" | "change">): string | undefined {
  if (!typeName.test(type)) {
    return "a type is a lower-case letter and up to 63 letters, digits or '-'";
  }
  try {
    schemaOf(args, "args");
    if (change !== null) schemaOf(change, "change");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Arguments are an object, and what its schema does not name is unexpected unless it says so. */
function closed(schema: JsonObject): JsonObject {
  return { type: "object", additionalProperties: false, ...schema };
}

function shapeOf(driver: Driver): Shape {
  const declares = (part: keyof Driver): boolean => Boolean(driver[part]);
  return {
    can: capabilities.filter((name) => declares(name === "soft-cancel" ? "softCancel" : name)),
    place: driver.place ?? "anywhere",
    recover: driver.recover ?? "resume",
  };
}

export class Registry {
  readonly #values: Values;
  /** The types whose drivers this process has: nobody knows them better. */
  readonly #own = new Map<string, JobType>();

  constructor(values: Values) {
    this.#values = values;
  }

  /** Makes the type of a driver known that this process has. */
  async registerOwn(jobType: JobType): Promise<void> {
    this.#own.set(jobType.type, jobType);
    await this.register(jobType);
  }

  /** Makes a type known, or known as it now is. */
  async register(jobType: JobType): Promise<void> {
    const text = canonical(jobType);
    const known = await this.#values.get(prefix + jobType.type);
    if (known?.value !== text) await this.#values.put(prefix + jobType.type, text);
  }

  async find(type: string): Promise<JobType | undefined> {
    if (!typeName.test(type)) return undefined;
    const own = this.#own.get(type);
    if (own !== undefined) return own;
    const known = await this.#values.get(prefix + type);
    return known && (JSON.parse(known.value) as JobType);
  }

  async all(): Promise<readonly JobType[]> {
    const known = await this.#values.list(prefix);
    return known.map(({ value }) => JSON.parse(value) as JobType);
  }
}

/** Holds arguments against a JSON Schema, refusing with QEMU's texts. */
export function whyMisfit(
  schema: JsonObject,
  given: JsonObject,
  verb: string,
): Refusal | undefined {
  const parsed = schemaOf(schema, "schema").safeParse(given);
  const issue = parsed.error?.issues[0];
  return issue && refusal(misfitText(issue, given, schema), "args", verb);
}

const compiled = new Map<string, z.ZodType>();

function schemaOf(schema: JsonObject, where: string): z.ZodType {
  const text = JSON.stringify(schema) as string | undefined;
  const known = compiled.get(text ?? "");
  if (known !== undefined) return known;
  try {
    const made = z.fromJSONSchema(schema);
    compiled.set(JSON.stringify(schema), made);
    return made;
  } catch (cause) {
    throw new TypeError(`${where} is not a JSON Schema that can be checked`, { cause });
  }
}
