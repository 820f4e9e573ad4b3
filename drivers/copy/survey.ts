/**
 * The first pass: looks at every entry and reads no data. It gives the total, and the identity that
 * the source must keep until the copy is verified.
 */
import { chained, emptyChain } from "./chain.ts";
import { identityOf, markOf, walk } from "./walk.ts";

export interface Survey {
  /** One hash over the identities of all entries. */
  readonly identity: string;
  readonly bytes: number;
  /** The short identity of each entry, in the order of the walk. */
  readonly marks: Uint32Array;
}

export interface SurveyOrder {
  readonly from: string;
  /** Entries to look at between two yields. */
  readonly strideEntries: number;
}

/** Yields the number of entries seen so far. */
export function* survey(order: SurveyOrder): Generator<number, Survey, void> {
  const marks: number[] = [];
  let chain: Buffer = Buffer.from(emptyChain, "hex");
  let bytes = 0;
  for (const entry of walk(order.from)) {
    const identity = identityOf(entry);
    chain = chained(chain, identity);
    marks.push(markOf(identity));
    if (entry.kind === "file") bytes += Number(entry.stat.size);
    if (marks.length % order.strideEntries === 0) yield marks.length;
  }
  return { identity: chain.toString("hex"), bytes, marks: Uint32Array.from(marks) };
}
