/** Recordings of groups in which the members were set against each other. */
import {
  after,
  all,
  command,
  drop,
  event,
  insert,
  move,
  renamed,
  reply,
  status,
  swap,
  type Corruption,
} from "./corruption.ts";

const waiting = "group-cancelled-in-waiting";

export const corruptedGroups: readonly Corruption[] = [
  {
    what: "'waiting' of the last member is missing",
    of: "group-of-2",
    edit: drop(event("a", "waiting")),
    at: event("b", "pending"),
  },
  {
    what: "a member becomes pending while another works",
    of: waiting,
    edit: insert("c", "pending", command("job-cancel")),
    at: event("c", "pending"),
  },
  {
    what: "one member alone becomes pending",
    of: "group-of-2",
    edit: drop(event("a", "pending")),
    at: event("b", "BLOCK_JOB_COMPLETED"),
  },
  {
    what: "the oldest member becomes pending first",
    of: "group-of-2",
    edit: swap(event("b", "pending"), event("a", "pending")),
    at: event("a", "pending"),
  },
  {
    what: "one member commits, another aborts",
    of: "group-of-2",
    edit: insert("a", "aborting", event("a", "BLOCK_JOB_COMPLETED")),
    at: event("a", "aborting"),
  },
  {
    what: "one member aborts, another commits",
    of: "group-cancelled-in-pending",
    edit: all(
      drop(event("a", "aborting")),
      renamed(event("a", "BLOCK_JOB_CANCELLED"), "BLOCK_JOB_COMPLETED"),
    ),
    at: event("a", "BLOCK_JOB_COMPLETED"),
  },
  {
    what: "a member goes on to wait while another aborts",
    of: waiting,
    edit: status(event("b", "aborting"), "waiting"),
    at: event("b", "waiting"),
  },
  {
    what: "a member's 'aborting' is missing",
    of: waiting,
    edit: drop(event("a", "aborting")),
    at: event("a", "BLOCK_JOB_CANCELLED"),
  },
  {
    what: "the older member ends first",
    of: "group-of-2",
    edit: all(
      move(event("a", "BLOCK_JOB_COMPLETED"), event("b", "BLOCK_JOB_COMPLETED")),
      move(event("a", "concluded"), event("b", "BLOCK_JOB_COMPLETED")),
      move(event("a", "null"), event("b", "BLOCK_JOB_COMPLETED")),
    ),
    at: event("a", "concluded"),
  },
  {
    what: "the failing member is said to be cancelled",
    of: "group-of-2-that-fails",
    edit: renamed(event("a", "BLOCK_JOB_COMPLETED"), "BLOCK_JOB_CANCELLED"),
    at: event("a", "BLOCK_JOB_CANCELLED"),
  },
  {
    what: "a member that was stopped is said to have failed",
    of: "group-of-2-that-fails",
    edit: renamed(event("b", "BLOCK_JOB_CANCELLED"), "BLOCK_JOB_COMPLETED"),
    at: event("b", "BLOCK_JOB_COMPLETED"),
  },
  {
    what: "a waiting member aborts although nobody failed or was cancelled",
    of: waiting,
    edit: all(drop(reply("job-cancel")), drop(command("job-cancel"))),
    at: event("c", "aborting"),
  },
  {
    what: "finalize answers while a member is still pending",
    of: "group-by-hand",
    edit: move(reply("job-finalize"), event("b", "BLOCK_JOB_COMPLETED")),
    at: reply("job-finalize"),
  },
  {
    what: "a late cancel answers before the group has ended",
    of: waiting,
    edit: move(reply("job-cancel"), event("b", "BLOCK_JOB_CANCELLED")),
    at: reply("job-cancel"),
  },
  {
    what: "an undone member stays",
    of: "individual-jobs-refused",
    edit: drop(event("a", "null")),
    at: after(event("a", "concluded")),
  },
  {
    what: "a transaction succeeds although its jobs were undone",
    of: "duplicate-ids-in-a-transaction",
    edit: (log) => log.with(reply("transaction")(log), { t: 0, dir: "reply", msg: { return: {} } }),
    at: reply("transaction"),
  },
];
