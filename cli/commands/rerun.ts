/** `rerun`: creates a job as another one was created, and runs it here to its end. */
import { specOf } from "../../actors/spec-of.ts";
import { realWorld } from "../../bus/world.ts";
import type { GroupSpec, JobSpec } from "../../jobchart.ts";
import { gidOf } from "../../machines/job-id.ts";
import { blankJob } from "../../machines/record.ts";
import type { Refusal } from "../../machines/refusal.ts";
import { historyOf } from "../../projections/history.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { conduct } from "../conduct.ts";
import { argumentsOf } from "../job-arguments.ts";
import { loadDrivers } from "../load-drivers.ts";
import { notFound } from "../not-found.ts";
import { runOptions, runSpecOf } from "../run-options.ts";

export const rerun: Command = {
  name: "rerun",
  usage: "ID [--id NEW] [--arg NAME=TEXT…] [OPTIONS]",
  summary: "creates a job as another one was created, and runs it here to its end",
  options: runOptions,
  examples: [
    "rerun nightly",
    "rerun nightly --id nightly-2 --speed 20MiB --detach",
    "rerun copy-7f3k --arg overwrite:=true --note 'the disk is back'",
  ],
  completes: "job",
  async run(call) {
    const [id = ""] = call.expectWords("the ID of a job", 1);
    const drivers = await loadDrivers(call.texts("drivers"));
    const given = await argumentsOf(call, [], {});
    const found = await createdAs(call, id);
    if ("refused" in found) return call.refuse(found, id);
    const { uid, spec, group } = found;
    const jobs = [overruled(spec, runSpecOf(call, spec.type, given))];
    return conduct(call.withDefault("note", `rerun of ${uid}`), { ...group, jobs }, drivers);
  },
};

interface Creation {
  readonly uid: string;
  readonly spec: JobSpec;
  /** What its group was, where it had no other members. */
  readonly group: Omit<GroupSpec, "jobs">;
}

/** How the job was created, as the log has it; a refusal when that is not known (any more). */
async function createdAs(call: Call, id: string): Promise<Creation | Refusal> {
  await using system = await call.open();
  const uid = await system.uidOf(id);
  if (uid === undefined) return notFound(system, id, "rerun");
  let members = 0;
  let found: Creation | undefined;
  for await (const event of historyOf(system.bus, gidOf(uid))) {
    if (event.from !== "undefined") continue;
    members += 1;
    if (event.uid !== uid) continue;
    const job = { ...blankJob, ...event.set };
    // It was held for its own start: who runs it again starts it.
    const { hold: _hold, ...spec } = specOf(job, realWorld.now());
    const { group: name, completion } = job;
    found = { uid, spec, group: { completion, ...(name === null ? {} : { name }) } };
  }
  if (found === undefined) return notFound(system, id, "rerun");
  return members === 1 ? found : { ...found, group: {} };
}

/** What is asked for now goes before what was; arguments, labels and tags one by one. */
function overruled(spec: JobSpec, asked: JobSpec): JobSpec {
  const { args, labels, require, retry } = spec;
  return {
    ...spec,
    ...asked,
    args: { ...args, ...asked.args },
    labels: { ...labels, ...asked.labels },
    require: { ...require, ...asked.require },
    retry: { ...retry, ...asked.retry },
  };
}
