/**
 * The invariants that are not the lifecycle's alone, with where each is held and why not here.
 * Together with invariants.ts every number appears exactly once.
 */
export const elsewhere: Readonly<Record<string, string>> = {
  V5: "actors: a reply names the rev at which it became true; needs a desk and a log",
  L1: "machines/ledger.test.ts: dense revs are the ledger's doing, decide knows no rev",
  L4: "projections: views against folds at every position",
  L5: "bus/contract: what was read or acknowledged stays; machines/ledger.test.ts: the chain",
  L7: "machines/commit.test.ts: a commit cannot be read or written without its one cause",
  L9: "properties/golden.test.ts: the logs of every release are folded by today's program",
  F1: "actors: the desk answers a known command id from the history; the ledger remembers it",
  F2: "actors: the desk compares digests; machines/ledger.test.ts: what a digest covers",
  F3: "bus/contract: an append that does not follow the last rev is a conflict",
  E1: "properties/model.test.ts: the fair completion ends within its bound",
  E2: "properties/model.test.ts: a job that nobody works at says what it waits for",
  E3: "properties/model.test.ts: from every state reached, all jobs can be brought to their end",
  E4: "properties/model.test.ts: part of the fair completion",
  E5: "properties/model.test.ts: part of the fair completion; G3 and G6 hold the outcome",
  E6: "actors: the keeper; here only that a lost job is offered again (machines/recovery.test.ts)",
  E7: "actors: a worker reaches a pause point; here only that the report is taken",
  E8: "actors: a worker hears of the resume; here only that the report is taken",
  E9: "machines/lifecycle.test.ts: in the same commit",
  E10: "projections: views reach the head",
  E11: "actors: the desk answers every command",
};
