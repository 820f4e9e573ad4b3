/** Recordings in which what a query shows was tampered with. */
import type { Message } from "../qemu/recording.ts";
import { after, asked, event, query, reply, row, rows, type Corruption } from "./corruption.ts";

function backup(id: string, status: string): Message {
  return { id, status, type: "backup" };
}

export const corruptedQueries: readonly Corruption[] = [
  {
    what: "a query shows another status",
    of: "backup-paused",
    edit: row(reply("query-jobs"), "b", { status: "running" }),
    at: reply("query-jobs"),
  },
  {
    what: "a query leaves a job out",
    of: "backup-paused",
    edit: rows(reply("query-jobs"), () => []),
    at: reply("query-jobs"),
  },
  {
    what: "a query shows a job that is gone",
    of: "create",
    edit: rows(reply("query-jobs", 3), () => [
      { id: "c", type: "create", status: "concluded", "current-progress": 1, "total-progress": 1 },
    ]),
    at: reply("query-jobs", 3),
  },
  {
    what: "a query shows two moments at once",
    of: "group-that-waits",
    edit: asked(
      "query-jobs",
      [backup("c", "waiting"), backup("b", "running"), backup("a", "running")],
      event("a", "waiting"),
      after(reply("transaction")),
    ),
    at: after(reply("transaction")),
  },
  {
    what: "a query lists the oldest job first",
    of: "group-that-waits",
    edit: rows(reply("query-jobs"), (all) => all.toReversed()),
    at: reply("query-jobs"),
  },
  {
    what: "a query shows another type",
    of: "backup-paused",
    edit: row(reply("query-jobs"), "b", { type: "mirror" }),
    at: reply("query-jobs"),
  },
  {
    what: "a query shows no error of a failed job",
    of: "backup-reports-an-error",
    edit: row(reply("query-jobs"), "j", { error: undefined }),
    at: reply("query-jobs"),
  },
  {
    what: "a query shows an error of a job that succeeded",
    of: "backup-by-hand",
    edit: row(reply("query-jobs", 2), "b", { error: "Operation canceled" }),
    at: reply("query-jobs", 2),
  },
  {
    what: "a query shows another error than the event",
    of: "backup-reports-an-error",
    edit: row(reply("query-jobs"), "j", { error: "Operation canceled" }),
    at: reply("query-jobs"),
  },
  {
    what: "a running job shows an error, and goes on to succeed",
    of: "stream-by-hand",
    edit: query(
      "query-jobs",
      [{ id: "s", type: "stream", status: "running", error: "Input/output error" }],
      event("s", "waiting"),
    ),
    at: event("s", "waiting"),
  },
  {
    what: "progress goes back",
    of: "backup-by-hand",
    edit: row(reply("query-jobs", 2), "b", { "current-progress": 1 }),
    at: reply("query-jobs", 2),
  },
  {
    what: "a job in standby is not ready",
    of: "mirror-completed-in-standby",
    edit: row(reply("query-block-jobs"), "m", { ready: false }),
    at: reply("query-block-jobs"),
  },
  {
    what: "a job that its user paused is not paused",
    of: "mirror-completed-in-standby",
    edit: row(reply("query-block-jobs"), "m", { paused: false }),
    at: reply("query-block-jobs"),
  },
  {
    what: "auto-dismiss changes",
    of: "mirror-completed-in-standby",
    edit: row(reply("query-block-jobs"), "m", { "auto-dismiss": true }),
    at: reply("query-block-jobs"),
  },
];
