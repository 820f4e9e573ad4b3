/**
 * The fields that a fact set, in words: `pause asked for` where the record has `userPaused: true`.
 * Clock readings and what every creation says are left out: they follow from the rest. A field
 * without words of its own is shown as it is.
 */
import type { JobPatch } from "../../machines/fact.ts";
import type { Job, Shape } from "../../machines/record.ts";
import { valueText } from "./value-text.ts";

type Field = keyof JobPatch;
/** Never asked of null, which says that what was set is so no longer. */
type Words = { readonly [F in Field]?: (value: NonNullable<Job[F]>) => string };

const unsaid = (): string => "";

const words: Words = {
  type: unsaid,
  args: unsaid,
  group: unsaid,
  completion: unsaid,
  by: unsaid,
  note: unsaid,
  createdAt: unsaid,
  startedAt: unsaid,
  endedAt: unsaid,
  activeSince: unsaid,
  activeMs: unsaid,

  shape: (shape) => shapeText(shape),
  autoFinalize: (is) => (is ? "finalizes itself" : "finalized by hand"),
  autoDismiss: (is) => (is ? "dismisses itself" : "dismissed by hand"),
  held: (is) => (is ? "held" : "no longer held"),
  speed: (speed) => (speed === 0 ? "no speed limit" : `speed ${speed}`),
  onError: (policy) => `on errors: ${policy}`,
  retry: ({ attempts }) => `${attempts} attempts at most`,
  notBefore: (at) => `not before ${timeText(at)}`,
  timeoutMs: (ms) => `time limit ${ms / 1_000} s`,
  onBusy: (how) => `on busy resources: ${how}`,
  priority: (priority) => `priority ${priority}`,
  stallMs: (ms) => `stalled after ${ms / 1_000} s`,
  resources: (all) => `holds ${all.map(({ name }) => name).join(", ")}`,
  deadline: (at) => `deadline ${timeText(at)}`,

  userPaused: (is) => (is ? "pause asked for" : "pause lifted"),
  ioStatus: (status) => (status === "ok" ? "" : `I/O ${status}`),
  cancel: (how) => (how === "force" ? "forced cancel" : `${how} cancel`),
  cancelText: (text) => valueText(text),
  cancelledBy: (uid) => `because of ${uid}`,
  completing: (is) => (is ? "complete asked for" : "complete forgotten"),
  changed: (change) => `change ${valueText(change)}`,

  claim: ({ worker, host }) => `by ${worker} on ${host}`,
  epoch: (epoch) => `epoch ${epoch}`,
  attempt: (attempt) => (attempt === 1 ? "" : `attempt ${attempt}`),
  losses: (losses) => (losses === 0 ? "" : `lost ${losses}x in a row`),
  retryAt: (at) => `again at ${timeText(at)}`,
  lastError: (error) => valueText(error),
  cursor: (cursor) => `checkpoint ${valueText(cursor)}`,
  progress: ({ current, total }) => `${current} of ${total}`,

  result: (result) => `result ${valueText(result)}`,
  error: (error) => valueText(error),
  outcome: (outcome) => outcome,
  finalizing: (is) => (is ? "finalizing" : "no longer finalizing"),
  vote: () => "voted yes",
  prepared: (prepared) => `prepared ${valueText(prepared)}`,
  decision: (decision) => `decided: ${decision}`,
  done: (done) => (done === "acted" ? "acknowledged" : done),
  stuck: ({ step, tries, error }) => `${step} failed ${tries}x: ${valueText(error)}`,
  damage: (damage) => `damage: ${valueText(damage)}`,
};

/** What it means that a field is null from here on. */
const gone: Partial<Record<Field, string>> = { claim: "unclaimed", vote: "vote void" };

/** The settings in words, none twice, those `without` left out; who claims it comes first. */
export function settingTexts(set: JobPatch, without: ReadonlySet<string>): readonly string[] {
  const named = set.claim ? { claim: set.claim, ...set } : set;
  const fields = Object.keys(named) as readonly Field[];
  const said = fields.filter((field) => !without.has(field) && !isToldBy(set, field));
  return [...new Set(said.map((field) => settingText(field, set[field])))].filter(Boolean);
}

function settingText(field: Field, value: unknown): string {
  if (value === null) return gone[field] ?? "";
  const word = words[field] as ((value: unknown) => string) | undefined;
  return word === undefined ? `${field} ${valueText(value)}` : word(value);
}

function shapeText({ can, place, recover }: Shape): string {
  return [
    can.length === 0 ? "" : `can ${can.join("+")}`,
    place === "host" ? "bound to its host" : "",
    recover === "resume" ? "" : `when lost: ${recover}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** A claim names its host. */
function isToldBy({ claim, host }: JobPatch, field: Field): boolean {
  return field === "host" && claim?.host === host;
}

/** Recorded times may be any number. */
function timeText(at: number): string {
  const isTime = Math.abs(at) <= 8.64e15;
  return isTime ? new Date(at).toISOString().replace(".000Z", "Z") : `${at}`;
}
