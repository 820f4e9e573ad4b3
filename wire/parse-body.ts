/**
 * A request's body, held against its schema. Nothing at all is an empty object, so that a request
 * typed by hand need not say `{}`.
 */
import type { z } from "zod";
import { misfitText } from "../actors/misfit.ts";
import type { Refusal } from "../machines/refusal.ts";
import { misshapen } from "./reply.ts";

/** Whoever reads a body, or what of it went into the log, does so by recursion. */
const depthMax = 200;

/** The body; or the refusal that says what is wrong with it. */
export function parseBody<T>(
  schema: z.ZodType<T>,
  data: string,
  verb: string,
): { readonly body: T } | Refusal {
  let given: unknown;
  try {
    given = data === "" ? {} : JSON.parse(data);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return misshapen(`The body is no JSON: ${reason}`, verb);
  }
  if (isDeeper(given, depthMax)) {
    return misshapen(`The body is nested deeper than ${depthMax} levels`, verb);
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return { body: parsed.data };
  const [issue] = parsed.error.issues;
  return misshapen(issue ? misfitText(issue, given) : "The body is not as expected", verb);
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}
