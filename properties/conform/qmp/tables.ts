/**
 * QEMU's tables by version: ours (machines/status.ts, which are those of 10.0) without our own
 * verbs, and what was different before. Between the two lies one change that a log can show: 8.2
 * brought `block-job-change`.
 */
import { verbs, type Status, type Verb } from "../../../machines/status.ts";

export const qemuVersions = ["10.0", "7.2"] as const;
export type QemuVersion = (typeof qemuVersions)[number];

/** As QEMU says it in its greeting. */
export interface Version {
  readonly major: number;
  readonly minor: number;
}

export type QmpVerb = Exclude<Verb, "start" | "abandon">;

/** A command that applies a verb to a job. */
export interface VerbCommand {
  readonly verb: QmpVerb;
  /** The older commands know block jobs only, and say so in other words. */
  readonly family: "job" | "block-job";
  /** The argument that names the job. */
  readonly names: "id" | "device";
}

export interface Tables {
  readonly version: QemuVersion;
  readonly commands: ReadonlyMap<string, VerbCommand>;
}

const ofBothFamilies = ["pause", "resume", "cancel", "complete", "finalize", "dismiss"] as const;

const common: readonly (readonly [string, VerbCommand])[] = [
  ...ofBothFamilies.map((verb) => [`job-${verb}`, { verb, family: "job", names: "id" }] as const),
  ...ofBothFamilies.map((verb) => {
    const names = verb === "finalize" || verb === "dismiss" ? "id" : "device";
    return [`block-job-${verb}`, { verb, family: "block-job", names }] as const;
  }),
  ["block-job-set-speed", { verb: "set-speed", family: "block-job", names: "device" }],
];

const change: readonly [string, VerbCommand] = [
  "block-job-change",
  { verb: "change", family: "block-job", names: "id" },
];

const tables: Readonly<Record<QemuVersion, Tables>> = {
  "10.0": { version: "10.0", commands: new Map([...common, change]) },
  "7.2": { version: "7.2", commands: new Map(common) },
};

export function tablesOf(version: QemuVersion): Tables {
  return tables[version];
}

/** The tables that a version is judged by; `isKnown`: they were compared with that version. */
export function tablesFor({ major, minor }: Version): {
  readonly version: QemuVersion;
  readonly isKnown: boolean;
} {
  const number = major * 1_000 + minor;
  return {
    version: number < 8_002 ? "7.2" : "10.0",
    isKnown: number >= 7_002 && major <= 10,
  };
}

export function admitsVerb(status: Status, verb: QmpVerb): boolean {
  return (verbs[verb] as readonly Status[]).includes(status);
}

/** Types that the `block-job-*` commands and the BLOCK_JOB_* events know. */
export const blockTypes: ReadonlySet<string> = new Set(["backup", "commit", "mirror", "stream"]);

/** Types that may become ready. */
export const readyTypes: ReadonlySet<string> = new Set(["commit", "mirror"]);

/** Types that have nothing to prepare: once their work is done, it cannot fail any more. */
export const noPrepareTypes: ReadonlySet<string> = new Set([
  "backup",
  "create",
  "amend",
  "snapshot-save",
  "snapshot-load",
  "snapshot-delete",
]);

/** Creates a job, and of which type. */
export const creators: ReadonlyMap<string, string> = new Map([
  ["blockdev-backup", "backup"],
  ["drive-backup", "backup"],
  ["blockdev-mirror", "mirror"],
  ["drive-mirror", "mirror"],
  ["block-stream", "stream"],
  ["block-commit", "commit"],
  ["blockdev-create", "create"],
  ["x-blockdev-amend", "amend"],
  ["snapshot-save", "snapshot-save"],
  ["snapshot-load", "snapshot-load"],
  ["snapshot-delete", "snapshot-delete"],
]);
