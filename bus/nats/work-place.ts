/**
 * Places: where work waits on the server. Items of one type and priority that the same workers may
 * take share a place, `<type>.<place>` in their subjects, and a consumer that is named after it; so
 * a worker sees by the name whether the work is for it, and what goes before what, unless tags are
 * required, which are asked for.
 */
import { createHash } from "node:crypto";
import type { Tags, Wanted, WorkItem } from "../bus.ts";
import { tokenOf } from "../token.ts";
import type { Names } from "./names.ts";

/** What the items of a place have in common. */
export type Terms = Pick<WorkItem, "type" | "host" | "require" | "priority">;

export interface Place {
  /**
   * Of its consumer: `<type>+any`, `+on-<host>`, `+on-<host>+with-<hash of tags>`, `+with-<hash>`;
   * with a priority that is not 0 at its end: `+p7`, `+p-3`.
   */
  readonly name: string;
  /** What its items' subjects begin with; the uid follows. */
  readonly subject: string;
  readonly require: Tags;
}

/** Longer tokens are cut, and told apart by a hash: a consumer's name has at most 255 bytes. */
const tokenBytesMax = 64;

export function placeOf(names: Names, { type, host, require = {}, priority = 0 }: Terms): Place {
  const words = [...whereOf(host, require), ...(priority === 0 ? [] : [`p${priority}`])];
  const where = words.join("+");
  const subject = `${names.prefix}.work.${tokenOf(type)}.${where}.`;
  return { name: `${shortToken(type)}+${where}`, subject, require };
}

/** Whether the place of that name may hold work for the taker, as far as its name tells. */
export function mayFit(name: string, { types, host }: Pick<Wanted, "types" | "host">): boolean {
  const [type, ...where] = name.split("+");
  if (types.length > 0 && !types.some((wanted) => shortToken(wanted) === type)) return false;
  return where.every((word) => !word.startsWith("on-") || word === `on-${shortToken(host)}`);
}

/** Whether tags are required of who takes from the place of that name. */
export function wantsTags(name: string): boolean {
  return name.split("+").some((word, index) => index > 0 && word.startsWith("with-"));
}

/** The priority of all that is in the place of that name. */
export function priorityOf(name: string): number {
  return Number(/\+p(-?\d)$/.exec(name)?.[1] ?? 0);
}

function whereOf(host: string | undefined, require: Tags): readonly string[] {
  const words = [];
  if (host !== undefined) words.push(`on-${shortToken(host)}`);
  if (Object.keys(require).length > 0) words.push(`with-${hashOf(sorted(require))}`);
  return words.length > 0 ? words : ["any"];
}

function sorted(tags: Tags): string {
  return JSON.stringify(Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function shortToken(text: string): string {
  const token = tokenOf(text);
  return token.length <= tokenBytesMax
    ? token
    : `${token.slice(0, tokenBytesMax - 17)}-${hashOf(text)}`;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
