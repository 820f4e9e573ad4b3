/** The options of `run` that say how the job is to be, and the JobSpec that they make. */
import type { JobSpec } from "../jobchart.ts";
import type { JsonObject } from "../machines/json.ts";
import { busyPolicies, errorPolicies } from "../machines/record.ts";
import type { Call } from "./call.ts";
import { noteOption, type Options } from "./options.ts";
import { textAssignments } from "./job-arguments.ts";
import { jobSpecOf } from "./job-keys.ts";
import { UsageError } from "./usage-error.ts";

/** What `run` and `transaction` have in common. */
export const conductOptions: Options = {
  detach: { about: "leave it to a worker, print the id and end" },
  drivers: { value: "FILE", many: true, about: "a module with more job types" },
  name: { value: "NAME", about: "what the history calls this process (run-PID)" },
  lease: { value: "DURATION", about: "others take over so long after this process died (10s)" },
  tag: { value: "NAME=TEXT", many: true, about: "what this process has, and a job may require" },
  ...noteOption,
};

const hows = ["auto", "manual"];

export const runOptions: Options = {
  arg: { value: "NAME=TEXT", many: true, about: "an argument; NAME:=JSON for what is no text" },
  args: { value: "FILE", about: "all arguments as JSON, - for standard input" },
  id: { value: "ID", about: "what to call the job (TYPE-xxxx)" },
  finalize: {
    value: "manual",
    values: hows,
    about: "wait for 'finalize' before the result counts",
  },
  dismiss: { value: "manual", values: hows, about: "keep the job listed until it is dismissed" },
  hold: { about: "wait for 'start'" },
  speed: { value: "SPEED", about: "at most so much a second, 0 for no limit" },
  resource: {
    value: "NAME",
    many: true,
    about: "held alone to the end; NAME=2 by two, NAME:shared",
  },
  "on-busy": {
    value: "HOW",
    values: busyPolicies,
    about: "when a resource is held: refuse, or wait (refuse)",
  },
  priority: { value: "N", about: "-9 to 9: of those that wait, the higher go first (0)" },
  stall: {
    value: "DURATION",
    about: "without progress for so long, it is stalled (10m, once there was any)",
  },
  label: { value: "NAME=TEXT", many: true, about: "a label to find it by" },
  require: { value: "NAME=TEXT", many: true, about: "a tag that its worker must have" },
  retry: { value: "N", about: "runs in all, when a failure may pass (1)" },
  timeout: { value: "DURATION", about: "cancel it after so much work, pauses not counted" },
  "not-before": { value: "TIME", about: "the earliest start" },
  deadline: { value: "TIME", about: "cancel it then, unless it is decided" },
  "on-error": {
    value: "POLICY",
    values: errorPolicies,
    about: "of I/O errors: report ignore stop enospc auto (report)",
  },
  ...conductOptions,
};

/** The job that the options ask for. Fails with UsageError. */
export function runSpecOf(call: Call, type: string, args: JsonObject): JobSpec {
  const texts = [
    "id",
    "speed",
    "timeout",
    "not-before",
    "deadline",
    "on-error",
    "on-busy",
    "priority",
    "stall",
  ];
  const said = texts.flatMap((key) => {
    const value = call.text(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  const retry = call.text("retry");
  const resources = call.texts("resource");
  const labels = call.texts("label");
  const required = call.texts("require");
  return jobSpecOf(
    {
      ...Object.fromEntries(said),
      type,
      args,
      ...(retry === undefined ? {} : { retry: countOf(retry, "--retry") }),
      ...(resources.length === 0 ? {} : { resource: resources }),
      ...(labels.length === 0 ? {} : { labels: textAssignments(labels, "--label") }),
      ...(required.length === 0 ? {} : { require: textAssignments(required, "--require") }),
      ...isAutomatic(call, "finalize"),
      ...isAutomatic(call, "dismiss"),
      ...(call.flag("hold") ? { hold: true } : {}),
    },
    { named: (key) => `--${key}` },
  );
}

/** A positive whole number. Fails with UsageError. */
export function countOf(text: string, what: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`${what}: expected a positive whole number, found '${text}'`);
}

function isAutomatic(call: Call, name: "finalize" | "dismiss"): Readonly<Record<string, boolean>> {
  const how = call.text(name);
  if (how === undefined) return {};
  if (how === "auto" || how === "manual") return { [`auto-${name}`]: how === "auto" };
  throw new UsageError(`--${name}: expected manual or auto, found '${how}'`);
}
