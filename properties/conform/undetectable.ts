/** Corruptions that cannot be seen: the log that is left is one that QEMU could have sent. */
import {
  command,
  copy,
  data,
  drop,
  event,
  insert,
  row,
  reply,
  swap,
  type Corruption,
} from "./corruption.ts";

export interface Undetectable extends Omit<Corruption, "at"> {
  readonly because: string;
}

export const undetectable: readonly Undetectable[] = [
  {
    what: "a whole internal pause is missing",
    of: "backup-paused",
    edit: drop(event("b", "paused"), 2),
    because: "QEMU pauses jobs for reasons of its own, or does not",
  },
  {
    what: "an internal pause too many",
    of: "backup-reports-an-error",
    edit: (log) =>
      insert(
        "j",
        "running",
        event("j", "BLOCK_JOB_ERROR"),
      )(insert("j", "paused", event("j", "BLOCK_JOB_ERROR"))(log)),
    because: "QEMU pauses jobs for reasons of its own, or does not",
  },
  {
    what: "the log begins later",
    of: "group-of-2",
    edit: (log) => log.slice(event("a", "waiting")(log)),
    because: "a client may attach at any time",
  },
  {
    what: "the log ends earlier",
    of: "group-of-2",
    edit: (log) => log.slice(0, event("b", "concluded")(log) + 1),
    because: "a log may be cut, and jobs may live on",
  },
  {
    what: "a member that aborts had been waiting, which is missing",
    of: "group-cancelled-in-waiting",
    edit: drop(event("c", "waiting")),
    because: "a member may as well be cancelled while it runs",
  },
  {
    what: "members wait in another order",
    of: "group-of-3",
    edit: swap(event("a", "waiting"), event("b", "waiting")),
    because: "members finish in any order",
  },
  {
    what: "an I/O error that was ignored is missing",
    of: "backup-ignores-an-error",
    edit: drop(event("j", "BLOCK_JOB_ERROR")),
    because: "it changes nothing of the job",
  },
  {
    what: "an I/O error is said twice",
    of: "backup-reports-an-error",
    edit: copy(event("j", "BLOCK_JOB_ERROR"), event("j", "BLOCK_JOB_ERROR")),
    because: "each request that fails is an error of its own",
  },
  {
    what: "the only BLOCK_JOB event of a log is missing",
    of: "backup-paused",
    edit: drop(event("b", "BLOCK_JOB_CANCELLED")),
    because: "a log may hold status events alone",
  },
  {
    what: "BLOCK_JOB_COMPLETED tells of other bytes",
    of: "id-reuse",
    edit: data(event("a", "BLOCK_JOB_COMPLETED"), { offset: 1 }),
    because: "progress is the driver's own, and caps nothing",
  },
  {
    what: "a query shows another speed",
    of: "backup-paused",
    edit: row(reply("query-block-jobs"), "b", { speed: 7 }),
    because: "the tables do not speak of speeds",
  },
  {
    what: "a running job is shown as pausing",
    of: "cancelled",
    edit: row(reply("query-block-jobs"), "running", { paused: true }),
    because: "a pause of QEMU's own may be on its way",
  },
  {
    what: "a job of somebody else is created",
    of: "backup-paused",
    edit: insert("other", "created", command("job-cancel")),
    because: "other clients may create jobs",
  },
  {
    what: "jobs are cancelled unasked, and nothing comes after",
    of: "cancelled",
    edit: (log) => {
      const cut = log.slice(0, event("running", "null")(log) + 1);
      return drop(command("job-cancel"))(cut);
    },
    because: "QEMU ends so when it is told to by a signal",
  },
];
