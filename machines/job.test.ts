/**
 * The statechart of a job held against the tables, both ways, and against the checks: over every
 * status, every word that a job hears, and records generated so that each guard holds and fails.
 */
import * as fc from "fast-check";
import { transition } from "xstate";
import { describe, expect, test } from "vitest";
import { jobSnapshot, stepJob } from "./charts.ts";
import { checks, whyNot } from "./checks.ts";
import type { JobEvent, JobInput } from "./input.ts";
import { jobMachine } from "./job.ts";
import { decide } from "./lifecycle.ts";
import { blankJob, capabilities, type Job } from "./record.ts";
import { draftOf, firstWorker, usualInput } from "./story.ts";
import { admits, isVerb, legalVerbs, statuses, transitions, type Status } from "./status.ts";

const at = Date.UTC(2025, 10, 20);
const words = Object.keys(checks) as readonly JobEvent["verb"][];
const inner = new Set(words.slice(words.indexOf("create.job")));
const alive = statuses.filter((status) => status !== "undefined");

const maybe = fc.boolean();

/** Everything that a guard or a branch looks at, in any combination. */
const variant = fc.record({
  userPaused: maybe,
  cancel: fc.constantFrom("no", "soft", "force"),
  decision: fc.constantFrom("none", "commit", "abort"),
  done: fc.constantFrom("nothing", "acted", "cleaned"),
  epoch: fc.constantFrom(0, 3),
  claim: fc.constantFrom(null, firstWorker),
  held: maybe,
  finalizing: maybe,
  completing: maybe,
  autoDismiss: maybe,
  vote: fc.constantFrom(null, 3),
  retryAt: fc.constantFrom(null, at + 5_000),
  deadline: fc.constantFrom(null, at - 1, at + 1),
  stuck: fc.constantFrom(null, { step: "abort", error: "no", tries: 1, retryAt: at } as const),
  shape: fc.record({
    can: fc.subarray([...capabilities]),
    place: fc.constantFrom("anywhere", "host"),
    recover: fc.constantFrom("resume", "restart", "fail"),
  }),
  host: fc.constantFrom("h1", "h2"),
  retry: fc.constantFrom(
    { attempts: 1, backoffMs: 1, maxMs: 9 },
    { attempts: 3, backoffMs: 1, maxMs: 9 },
  ),
});

function jobOf(status: Status, fields: Partial<Job>): Job {
  const job = { ...blankJob, id: "a", uid: "g-1", attempt: 1, status, ...fields };
  const nobody = ["created", "concluded", "null"].includes(status);
  return nobody ? { ...job, claim: null } : job;
}

function eventOf(job: Job, word: JobEvent["verb"], odd: boolean): JobEvent {
  const group = { name: null, completion: "grouped", by: "user@host" } as const;
  const usual: Partial<Record<JobEvent["verb"], object>> = {
    "create.job": { draft: draftOf({ id: "a" }, 1), group },
    "group.abort": { cause: null, text: "Operation canceled" },
    "give-up": { error: null },
  };
  const strange = { epoch: job.epoch - 1, soft: true, speed: -1, retryable: true };
  const said = inner.has(word)
    ? { verb: word, ...usual[word] }
    : usualInput(job, word as JobInput["verb"]);
  return { ...said, ...(odd ? strange : {}), at } as JobEvent;
}

interface Case {
  readonly job: Job;
  readonly event: JobEvent;
}

const cases: readonly Case[] = fc
  .sample(variant, { numRuns: 300, seed: 20_251_120 })
  .flatMap((fields, index) =>
    statuses.flatMap((status) => {
      const job = jobOf(status, fields);
      return words.map((word) => ({ job, event: eventOf(job, word, index % 3 === 0) }));
    }),
  );

/** The targets of a state's edges, read off the chart itself. */
function edgesOf(status: Status): ReadonlySet<string> {
  const on = Object.values(jobMachine.states[status]?.on ?? {}).flat();
  return new Set(on.flatMap(({ target = [] }) => target.map(({ key }) => key)));
}

describe("the chart has the table's edges", () => {
  test.each(statuses)("and no others, from %s", (status) => {
    const reEvaluation = status === "aborting" ? ["aborting"] : [];
    const legal = transitions[status].filter((to) => !reEvaluation.includes(to));
    expect([...edgesOf(status)].toSorted()).toEqual([...legal].toSorted());
  });

  test("and each of them is taken by some input", () => {
    const taken = new Map<Status, Set<Status>>(statuses.map((status) => [status, new Set()]));
    for (const { job, event } of cases) {
      const { from, to } = stepJob(job, event)?.fact ?? {};
      if (from !== undefined && to !== undefined) taken.get(from)?.add(to);
    }
    for (const status of statuses) {
      expect([...(taken.get(status) ?? [])].toSorted()).toEqual([...edgesOf(status)].toSorted());
    }
  });
});

test("the chart takes an input exactly when no check says no", () => {
  const disagreed = cases.filter(({ job, event }) => {
    const isAllowed =
      job.status === "undefined" ? event.verb === "create.job" : whyNot(job, event) === undefined;
    return isAllowed !== (stepJob(job, event) !== undefined);
  });
  const what = disagreed.map(({ job, event }) => `${event.verb} in ${job.status}`);
  expect([...new Set(what)]).toEqual([]);
});

test("a transition records one fact, and its value is the status that the fact leads to", () => {
  for (const { job, event } of cases.slice(0, 30_000)) {
    const [after] = transition(jobMachine, jobSnapshot(job), { ...event, type: event.verb });
    const { fact, job: next } = after.context;
    expect(after.value).toBe(next.status);
    expect(next.status).toBe(fact?.to ?? job.status);
    expect(next === job).toBe(fact === null);
  }
});

describe.each(alive)("in %s", (status) => {
  const ofStatus = cases.filter(({ job, event }) => job.status === status && isVerb(event.verb));

  test.each(Object.keys(checks).filter(isVerb))("%s is taken if admitted, else refused", (verb) => {
    const ofVerb = ofStatus.filter(({ event }) => event.verb === verb);
    const taken = ofVerb.filter(({ job, event }) => whyNot(job, event) === undefined);
    expect(taken.length > 0).toBe(admits(status, verb));
    for (const { job, event } of ofVerb) {
      const group = { gid: "g", voided: false, jobs: [job] };
      const written = JSON.stringify(group);
      const refused = whyNot(job, event);
      if (refused === undefined) continue;
      const decision = decide(group, { ...event, id: "c1", by: "user@host" } as never);
      expect(decision).toMatchObject({ events: [], effects: [], refusal: refused });
      expect(decision.next).toBe(group);
      expect(JSON.stringify(group)).toBe(written);
      expect(refused).toMatchObject(
        status === "null"
          ? { refused: "Job not found", guard: "exists", verb }
          : { status, verb, job: "a", legal: legalVerbs(status) },
      );
      const isTable = refused.guard === "table" || refused.guard === "exists";
      expect(isTable && admits(status, verb)).toBe(false);
    }
  });
});
