/**
 * The lifecycle alone, as `jobchart/machines`: the tables, the statecharts, and the pure functions
 * that decide and write down. Enough to judge a history, or to draw the lifecycle.
 */
export { commitVersion, decode, digestOf, encode, CommitError, type Commit } from "./commit.ts";
export { offerOf, phaseOf, timersOf, waitingFor, type Phase, type WaitingFor } from "./duty.ts";
export type { Effect } from "./effects.ts";
export { evolve } from "./evolve.ts";
export type { Fact, Kind } from "./fact.ts";
export { groupMachine } from "./group.ts";
export type { Create, Draft, Input, Report, VerbInput } from "./input.ts";
export { jobMachine } from "./job.ts";
export type { Json, JsonObject } from "./json.ts";
export { Ledger } from "./ledger.ts";
export { decide, type Decision } from "./lifecycle.ts";
export { emptyGroup, type Group, type Job, type Outcome, type Shape } from "./record.ts";
export type { Refusal } from "./refusal.ts";
export { legalVerbs, statuses, transitions, verbs, type Status, type Verb } from "./status.ts";
