/** Recordings in which QEMU was made to answer otherwise than its tables say. */
import {
  all,
  command,
  drop,
  event,
  fails,
  given,
  query,
  reply,
  succeeds,
  type Corruption,
} from "./corruption.ts";

export const corruptedAnswers: readonly Corruption[] = [
  {
    what: "pause is accepted twice",
    of: "backup-paused",
    edit: succeeds(reply("job-pause", 2)),
    at: reply("job-pause", 2),
  },
  {
    what: "a first pause is refused",
    of: "backup-paused",
    edit: fails(reply("job-pause"), "Job is already paused"),
    at: reply("job-pause"),
  },
  {
    what: "resume is accepted of a job that was not paused",
    of: "backup-paused",
    edit: succeeds(reply("job-resume", 2)),
    at: reply("job-resume", 2),
  },
  {
    what: "resume of a running job fails with the table's text",
    of: "backup-paused",
    edit: fails(
      reply("job-resume", 2),
      "Job 'b' in state 'running' cannot accept command verb 'resume'",
    ),
    at: reply("job-resume", 2),
  },
  {
    what: "complete is accepted of a running job",
    of: "verbs-in-running",
    edit: succeeds(reply("job-complete")),
    at: reply("job-complete"),
  },
  {
    what: "an error names another state",
    of: "verbs-in-running",
    edit: fails(
      reply("job-finalize"),
      "Job 'job-3' in state 'paused' cannot accept command verb 'finalize'",
    ),
    at: reply("job-finalize"),
  },
  {
    what: "an error names another job",
    of: "verbs-in-running",
    edit: fails(
      reply("job-finalize"),
      "Job 'job-9' in state 'running' cannot accept command verb 'finalize'",
    ),
    at: reply("job-finalize"),
  },
  {
    what: "finalize is accepted of a waiting member",
    of: "group-that-waits",
    edit: succeeds(reply("job-finalize")),
    at: reply("job-finalize"),
  },
  {
    what: "finalize is accepted a second time",
    of: "group-by-hand",
    edit: succeeds(reply("job-finalize", 2)),
    at: reply("job-finalize", 2),
  },
  {
    what: "complete in standby does not find the job",
    of: "mirror-completed-in-standby",
    edit: fails(reply("job-complete"), "Job not found"),
    at: reply("job-complete"),
  },
  {
    what: "a soft cancel is accepted of a job that its user paused",
    of: "backup-stops-at-an-error",
    edit: succeeds(reply("block-job-cancel")),
    at: reply("block-job-cancel"),
  },
  {
    what: "a block job's command finds a job that is none",
    of: "create",
    edit: succeeds(reply("block-job-dismiss")),
    at: reply("block-job-dismiss"),
  },
  {
    what: "an error is of another class",
    of: "create",
    edit: fails(reply("block-job-cancel"), "Block job 'c' not found"),
    at: reply("block-job-cancel"),
  },
  {
    what: "a negative speed is accepted",
    of: "negative-speed",
    edit: succeeds(reply("block-job-set-speed")),
    at: reply("block-job-set-speed"),
  },
  {
    what: "dismiss answers although the job is still there",
    of: "create",
    edit: drop(event("c", "null")),
    at: reply("job-dismiss"),
  },
  {
    what: "malformed arguments are accepted",
    of: "nonsense",
    edit: succeeds(reply("job-pause")),
    at: reply("job-pause"),
  },
  {
    what: "a command that 7.2 does not have is accepted",
    of: "block-verbs-in-running",
    version: "7.2.22",
    edit: succeeds(reply("block-job-change")),
    at: reply("block-job-change"),
  },
  {
    what: "a creation succeeds without 'created'",
    of: "backup-paused",
    edit: all(
      drop(event("b", "created")),
      drop(event("b", "running")),
      drop(event("b", "paused")),
      drop(event("b", "running")),
    ),
    at: reply("blockdev-backup"),
  },
  {
    what: "a creation fails although its job is there",
    of: "backup-paused",
    edit: fails(reply("blockdev-backup"), "Cannot find device='nowhere'"),
    at: reply("blockdev-backup"),
  },
  {
    what: "a creation fails although its job ran to its end",
    of: "group-of-2",
    edit: fails(reply("transaction"), "Cannot find device='nowhere'"),
    at: reply("transaction"),
  },
  {
    what: "a creation with a negative speed succeeds",
    of: "backup-paused",
    edit: given(command("blockdev-backup"), { speed: -1 }),
    at: reply("blockdev-backup"),
  },
  {
    what: "a malformed id is accepted",
    of: "bad-ids",
    edit: succeeds(reply("blockdev-backup")),
    at: reply("blockdev-backup"),
  },
  {
    what: "a well-formed id is refused as malformed",
    of: "bad-ids",
    edit: all(
      given(command("blockdev-backup"), { "job-id": "good" }),
      fails(reply("blockdev-backup"), "Invalid job ID 'good'"),
    ),
    at: reply("blockdev-backup"),
  },
  {
    what: "an id is refused as in use although it is free",
    of: "bad-ids",
    edit: all(
      given(command("blockdev-backup"), { "job-id": "free" }),
      query("query-jobs", [], command("blockdev-backup")),
      fails(reply("blockdev-backup"), "Job ID 'free' already in use"),
    ),
    at: reply("blockdev-backup"),
  },
  {
    what: "a creation fails with a verb's text",
    of: "bad-ids",
    edit: fails(reply("blockdev-backup"), "Job is already paused"),
    at: reply("blockdev-backup"),
  },
  {
    what: "a creation is refused for a negative speed that it does not have",
    of: "negative-speed",
    edit: given(command("blockdev-mirror"), { speed: 1 }),
    at: reply("blockdev-mirror"),
  },
];
