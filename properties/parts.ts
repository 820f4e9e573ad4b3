/**
 * The real parts that some tests want beside Node: a NATS server, Spin, QEMU's storage daemon, and
 * Python. A part is taken from PATH, else from the project's cache, where `npm test` unpacks what
 * it can without touching the system (bin/setup-parts.js).
 *
 *     describeWith(parts.spin, "the model", ({ spin, cc }) => {
 *       test("has no violation", () => …);
 *     });
 *
 * Without the part these tests are skipped, and parts-reporter.ts says so at the end of the run.
 * In CI on Debian they fail instead: there the set-up has to have installed it.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as vitest from "vitest";
import { findServer } from "../bus/nats/server/find-server.ts";

declare module "vitest" {
  interface TaskMeta {
    /** The part that this test did not run for want of. */
    missing?: string;
  }
}

/** The files of a part, by the name of the command. */
export type Commands<Name extends string> = Readonly<Record<Name, string>>;

export interface Part<Name extends string> {
  readonly name: string;
  /** Where its commands are; undefined when one is missing or does not run. */
  readonly commands: Commands<Name> | undefined;
  /** What its first command says of itself, `10.0.2`; empty when it is missing. */
  readonly version: string;
}

const cache = fileURLToPath(new URL("../.cache/parts/bin", import.meta.url));
const oldServer = fileURLToPath(new URL("../.cache/nats/old/nats-server", import.meta.url));

export const parts = {
  /** It calls gcc by that name; cc makes the verifier. */
  spin: part("spin", "-V", ["spin", "cc", "gcc"]),
  qemu: part("qemu-storage-daemon", "--version", ["qemu-storage-daemon"]),
  /** The one that is started where no other is named: new enough for the bus. */
  nats: part("nats-server", "--version", ["nats-server"], natsServer),
  /** For the example of a worker in another language. */
  python: part("python3", "--version", ["python3"]),
} as const;

/** A nats-server that is too old, to be refused; undefined where the system has none so old. */
export const oldNatsServer = isExecutable(oldServer) ? oldServer : undefined;

/**
 * Runs the suite when the part is there. What `body` is given are the files of its commands; it is
 * called without the part too, to count its tests, and must not run them while it is collected.
 */
export function describeWith<Name extends string>(
  part: Part<Name>,
  name: string,
  body: (commands: Commands<Name>) => void,
): void {
  const { commands } = part;
  if (commands !== undefined) {
    vitest.describe(name, () => body(commands));
  } else if (process.env["CI"] === "true" && isDebian()) {
    vitest.test(name, () => {
      throw new Error(`${part.name} is missing. To install it: npm run setup`);
    });
  } else {
    vitest.describe(name, { skip: true, meta: { missing: part.name } }, () => body(absent));
  }
}

/** Stands for the commands of a missing part in tests that are only counted. */
const absent = new Proxy({}, { get: (_, name) => `missing-${String(name)}` }) as Commands<string>;

function part<Name extends string>(
  name: string,
  versionFlag: string,
  wanted: readonly [Name, ...Name[]],
  find: (command: string) => string | undefined = fileOf,
): Part<Name> {
  const missing: Part<Name> = { name, commands: undefined, version: "" };
  const found = wanted.map((command) => [command, find(command)] as const);
  const first = found[0]?.[1];
  if (first === undefined || found.some(([, file]) => file === undefined)) return missing;
  const { status, stdout } = spawnSync(first, [versionFlag], { encoding: "utf8" });
  const version = /\d+(?:\.\d+)+/.exec(stdout)?.[0];
  if (status !== 0 || version === undefined) return missing;
  return { name, commands: Object.fromEntries(found) as Commands<Name>, version };
}

function fileOf(command: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), cache];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, command))
    .find(isExecutable);
}

function natsServer(): string | undefined {
  try {
    return findServer();
  } catch {
    return undefined;
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** This is Debian, or one of its children. */
export function isDebian(): boolean {
  try {
    return /^ID(?:_LIKE)?=.*debian/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}
