/** Changes to one commit of an exported log, for tests: to an event, to what it set, to the cause. */
import type { Commit } from "../../machines/commit.ts";
import type { Fact } from "../../machines/fact.ts";

export function event(index: number, change: (fact: Fact) => Fact) {
  return (commit: Commit): Commit => ({
    ...commit,
    events: commit.events.map((fact, at) => (at === index ? change(fact) : fact)),
  });
}

export function setting(index: number, set: Fact["set"]) {
  return event(index, (fact) => ({ ...fact, set: { ...fact.set, ...set } }));
}

export function events(change: (facts: readonly Fact[]) => readonly Fact[]) {
  return (commit: Commit): Commit => ({ ...commit, events: change(commit.events) });
}

export function cause(change: Partial<Commit["cause"]>) {
  return (commit: Commit): Commit => ({ ...commit, cause: { ...commit.cause, ...change } });
}
