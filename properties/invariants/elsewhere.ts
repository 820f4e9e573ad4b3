/**
 * The invariants that are not one step's of the lifecycle, each with where it is held instead.
 * Together with invariants.ts every number appears exactly once.
 */
export interface Elsewhere {
  readonly says: string;
  /** Which files hold it, and how. */
  readonly held: string;
}

export const elsewhere: Readonly<Record<string, Elsewhere>> = {
  V5: {
    says: "a reply names a rev that the log has, and is what the fold at that rev says",
    held: "properties/simulate: every reply of every seed; properties/running: every command",
  },
  L1: {
    says: "the revs of a group are 1, 2, 3 … without a gap, or begin with its summary",
    held: "machines/ledger.test.ts: decide knows no rev; properties/conform/own.ts: recorded logs",
  },
  L4: {
    says: "a view at a position is the fold of the log up to there, and never goes back",
    held: "projections/projection.test.ts: at every position; properties/simulate: while things happen",
  },
  L5: {
    says: "what was read or acknowledged stays as it is: nothing changes, nor vanishes but for a summary",
    held: "bus/contract; machines/ledger.test.ts: the chain; properties/simulate: a lost suffix is noticed",
  },
  L7: {
    says: "every fact has one cause: a command, a report or a timer",
    held: "machines/commit.test.ts: a commit without its cause is neither written nor read",
  },
  L9: {
    says: "a log of an earlier release is folded to what it was when it was written",
    held: "properties/golden.test.ts: the logs of every release",
  },
  F1: {
    says: "an accepted request, asked again with its id, gets the same reply and leaves nothing new, as long as its group is not pruned",
    held: "actors/desk.test.ts; properties/simulate; properties/running; actors/pruner.test.ts",
  },
  F2: {
    says: "the id of an accepted request is refused for any other",
    held: "actors/desk.test.ts; properties/simulate; properties/running",
  },
  F3: {
    says: "an append that does not follow the group's last rev stores nothing",
    held: "bus/contract: a conflict, on every bus",
  },
  E1: {
    says: "the system comes to rest by itself: its own steps never go in a circle",
    held: "properties/explore/liveness.ts: on the whole graph; properties/model/model.ts: from where it came",
  },
  E3: {
    says: "from everywhere every job can still be brought to its end",
    held: "properties/explore/liveness.ts: on the whole graph; properties/model/model.ts: from where it came",
  },
  E4: {
    says: "a job whose forced cancel was accepted comes to its end",
    held: "properties/explore/lifecycle-debts.ts; properties/simulate: once the faults are over",
  },
  E5: {
    says: "once the group has decided, every member comes to its end, with that outcome",
    held: "properties/explore/lifecycle-debts.ts: the end; G3 and G6: the outcome",
  },
  E6: {
    says: "a job that lost its worker, and needs one, gets a new epoch or is given up",
    held: "properties/explore/lifecycle-debts.ts; properties/simulate: keepers and leases",
  },
  E7: {
    says: "a pause that was asked for parks the job, unless it is withdrawn or the work is over",
    held: "properties/explore/lifecycle-debts.ts; actors/pause.test.ts: pause points",
  },
  E8: {
    says: "a resume that was asked for ends the parking, unless the job is paused again",
    held: "properties/explore/lifecycle-debts.ts; actors/pause.test.ts: workers",
  },
  E9: {
    says: "a concluded job that is dismissed by itself, or never ran, goes",
    held: "properties/explore/lifecycle-debts.ts; machines/lifecycle.test.ts: in the same commit",
  },
  E10: {
    says: "views and the feed reach the head of the log",
    held: "projections; properties/simulate/closing.ts: once the faults are over",
  },
  E11: {
    says: "every request gets a reply, or its answer by asking again with its id",
    held: "properties/simulate/closing.ts: once the faults are over",
  },
};
