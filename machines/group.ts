/**
 * The group's statechart: two-phase commit with the log as coordinator. It speaks of the members
 * that finish together: all of a grouped group, or one job that completes by itself. The decision
 * is made once and recorded as one fact.
 */
import { setup } from "xstate";
import { hasVoted } from "./duty.ts";
import type { Fact } from "./fact.ts";
import type { Job } from "./record.ts";
import { isEnded } from "./status.ts";

export type Stage = "working" | "pending" | "preparing" | "committing" | "aborting" | "concluded";

export type GroupEvent = {
  readonly type: "converge" | "finalize" | "tally" | "abort" | "conclude";
};

interface GroupContext {
  readonly members: readonly Job[];
  readonly fact: Fact | null;
}

const chart = setup({
  types: { context: {} as GroupContext, events: {} as GroupEvent },
  guards: {
    allWaiting: ({ context: { members } }) => members.every(({ status }) => status === "waiting"),
    allVoted: ({ context: { members } }) => members.every(hasVoted),
    allEnded: ({ context: { members } }) => members.every(({ status }) => isEnded(status)),
  },
});

/** Names no job when the fact is true of every member of a grouped group. */
function record(fact: Omit<Fact, "job" | "uid">) {
  return chart.assign(({ context: { members } }) => {
    const [job] = members;
    const isOwn = job?.completion === "individual";
    return { fact: isOwn ? { job: job.id, uid: job.uid, ...fact } : fact };
  });
}

const abort = {
  target: "aborting",
  actions: record({ kind: "decision", set: { decision: "abort" } }),
} as const;
const conclude = { target: "concluded", guard: "allEnded" } as const;

export const groupMachine = chart.createMachine({
  id: "group",
  initial: "working",
  context: { members: [], fact: null },
  states: {
    working: { on: { converge: { target: "pending", guard: "allWaiting" }, abort } },
    pending: {
      on: {
        finalize: {
          target: "preparing",
          actions: record({ kind: "wish", set: { finalizing: true } }),
        },
        abort,
      },
    },
    preparing: {
      on: {
        tally: {
          target: "committing",
          guard: "allVoted",
          actions: record({ kind: "decision", set: { decision: "commit" } }),
        },
        abort,
      },
    },
    committing: { on: { conclude } },
    aborting: { on: { conclude } },
    concluded: {},
  },
});

/** The stage that the members' records amount to. */
export function stageOf(members: readonly Job[]): Stage {
  if (members.every(({ status }) => isEnded(status))) return "concluded";
  const [job] = members;
  if (job?.decision === "abort") return "aborting";
  if (job?.decision === "commit") return "committing";
  if (job?.finalizing === true) return "preparing";
  return members.every(({ status }) => status === "pending") ? "pending" : "working";
}
