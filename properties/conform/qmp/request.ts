/**
 * Requests: what a command asks of jobs. Arguments that QEMU's schema refuses make a request
 * `malformed`: it may only be answered with an error that says so.
 */
import { isFields, type CommandMessage, type Fields } from "./message.ts";
import { creators, type QmpVerb, type Tables, type VerbCommand } from "./tables.ts";

export interface VerbRequest extends VerbCommand {
  readonly kind: "verb";
  readonly job: string;
  readonly isForced: boolean;
  readonly isNegative: boolean;
  /** Of a change: the copy mode that is asked for. */
  readonly mode?: string;
}

/** A job that a command is to create. */
interface Creation {
  /** Undefined where the command does not say it. */
  readonly job: string | undefined;
  /** The id was given; else it is the name of the device, if that was how the device was named. */
  readonly isNamed: boolean;
  readonly type: string;
  readonly isNegative: boolean;
  readonly isAutoFinalized: boolean;
  readonly isAutoDismissed: boolean;
  /** Its completion may fail for a reason of its own. */
  readonly mayFailToComplete: boolean;
  /** An I/O error may stop it. */
  readonly mayStop: boolean;
}

export interface CreateRequest {
  readonly kind: "create";
  readonly jobs: readonly Creation[];
  readonly isGrouped: boolean;
  readonly isTransaction: boolean;
}

export type Request =
  | VerbRequest
  | CreateRequest
  | { readonly kind: "query"; readonly of: "jobs" | "block-jobs" }
  | { readonly kind: "unknown"; readonly name: string }
  | { readonly kind: "malformed" | "version" | "quit" | "other-monitor" | "other" };

export function requestOf({ name, arguments: given }: CommandMessage, tables: Tables): Request {
  const command = tables.commands.get(name);
  if (command !== undefined) return verbRequest(command, given);
  if (name === "block-job-change") return { kind: "unknown", name };
  if (name === "query-jobs") return { kind: "query", of: "jobs" };
  if (name === "query-block-jobs") return { kind: "query", of: "block-jobs" };
  if (name === "query-version") return { kind: "version" };
  if (name === "quit") return { kind: "quit" };
  if (name === "human-monitor-command") return { kind: "other-monitor" };
  if (name === "transaction") return transactionRequest(given);
  const type = creators.get(name);
  if (type === undefined) return { kind: "other" };
  const jobs = [creationOf(name, type, given)];
  return { kind: "create", jobs, isGrouped: false, isTransaction: false };
}

/** What may stand beside the job's name, and how it has to look. */
const others: Partial<Record<QmpVerb, Readonly<Record<string, "boolean" | "integer" | "string">>>> =
  {
    "set-speed": { speed: "integer" },
    change: { type: "string", "copy-mode": "string" },
  };
const optional = new Set(["force", "copy-mode"]);

function verbRequest(command: VerbCommand, given: Fields): Request {
  const { verb, family, names } = command;
  const isSoftable = family === "block-job" && verb === "cancel";
  const schema: Readonly<Record<string, string>> = {
    [names]: "string",
    ...others[verb],
    ...(isSoftable ? { force: "boolean" } : {}),
  };
  const isWellFormed =
    Object.keys(given).every((name) => Object.hasOwn(schema, name)) &&
    Object.entries(schema).every(([name, type]) =>
      name in given ? isOfType(given[name], type) : optional.has(name),
    );
  const job = given[names];
  if (!isWellFormed || typeof job !== "string") return { kind: "malformed" };
  const { speed, "copy-mode": mode } = given;
  return {
    ...command,
    kind: "verb",
    job,
    isForced: !isSoftable || given["force"] === true,
    isNegative: isNegative(speed),
    ...(typeof mode === "string" && { mode }),
  };
}

function isOfType(value: unknown, type: string): boolean {
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}

function isNegative(speed: unknown): boolean {
  return typeof speed === "number" && speed < 0;
}

const policies = ["on-error", "on-source-error", "on-target-error"];
const stopping: ReadonlySet<unknown> = new Set(["stop", "enospc", "auto"]);

function creationOf(command: string, type: string, given: Fields): Creation {
  const isBlockJob =
    command !== "x-blockdev-amend" && !/^(?:blockdev-create|snapshot-)/.test(command);
  const id = given["job-id"] ?? (isBlockJob ? given["device"] : undefined);
  return {
    job: typeof id === "string" ? id : undefined,
    isNamed: typeof given["job-id"] === "string",
    type,
    isNegative: isNegative(given["speed"]),
    isAutoFinalized: !isBlockJob || given["auto-finalize"] !== false,
    isAutoDismissed: isBlockJob && given["auto-dismiss"] !== false,
    mayFailToComplete: command === "drive-mirror" || "replaces" in given,
    mayStop: policies.some((name) => stopping.has(given[name])),
  };
}

function transactionRequest(given: Fields): Request {
  const { actions, properties } = given;
  if (!Array.isArray(actions)) return { kind: "other" };
  const jobs = (actions as readonly unknown[]).flatMap((action) => {
    if (!isFields(action) || typeof action["type"] !== "string") return [];
    const type = creators.get(action["type"]);
    const data = isFields(action["data"]) ? action["data"] : {};
    return type === undefined ? [] : [creationOf(action["type"], type, data)];
  });
  if (jobs.length === 0) return { kind: "other" };
  const isGrouped = isFields(properties) && properties["completion-mode"] === "grouped";
  return { kind: "create", jobs, isGrouped, isTransaction: true };
}
