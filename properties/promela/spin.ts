/**
 * Spin's side of the second opinion: makes a verifier of lifecycle.pml, runs it in a folder of its
 * own, and hands back its verdict with every state and step that it reached.
 */
import { execFile, spawn } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const [model, guardsOfModel] = ["lifecycle.pml", "guards.pml"];

/** The files of the two programs. */
export interface SpinCommands {
  readonly spin: string;
  readonly cc: string;
}

/** The guards of the model that can be taken away, to see that somebody notices. */
export const guards = [
  "CANCEL",
  "SUCCESS",
  "TALLY",
  "STEP",
  "UNDO",
  "CONVERGE",
  "PARKED",
  "PARK",
  "LIFT",
] as const;
type Guard = (typeof guards)[number];

/** What holds under weak fairness: the names of the model's LTL formulas. */
export const promises = ["cancelEnds", "decisionReaches", "pauseParks", "resumeRuns"] as const;
export type Promised = (typeof promises)[number];

export interface ModelOptions {
  readonly kind: "plain" | "mirror";
  readonly members: readonly ModelMember[];
  readonly broken?: Guard;
}

export interface ModelMember {
  readonly autoFinalize: boolean;
  readonly autoDismiss: boolean;
}

export interface Verdict {
  /** The assertion that was violated, in the model's words; undefined when all of them hold. */
  readonly violated: string | undefined;
  /** States that Spin stored: those of the model, its processes' included. */
  readonly stored: number;
}

export interface Walk extends Verdict {
  /** In the form of projection.ts. */
  readonly states: ReadonlySet<string>;
  /** `verb job: state > state`, jobs being counted from 0. */
  readonly steps: ReadonlySet<string>;
}

/** Walks the whole model and checks its assertions on the way; stops at the first violation. */
export async function walkModel(commands: SpinCommands, options: ModelOptions): Promise<Walk> {
  const how = { show: true, flags: ["-DSAFETY", "-DNOREDUCE", "-DNOCLAIM", "-DPRINTF"] };
  await using verifier = await makeVerifier(commands, options, how);
  const states = new Set<string>();
  const steps = new Set<string>();
  const verdict = await verdictOf(verifier, [], (line) => {
    const [, from, to] = /^[a-z -]+ \d: ([\d ]+) > ([\d ]+)$/.exec(line) ?? [];
    if (from === undefined || to === undefined) return;
    states.add(from).add(to);
    steps.add(line);
  });
  return { ...verdict, states, steps };
}

/** Whether what was promised comes true, whatever clients do, if no worker stops for ever. */
export async function checkPromises(
  commands: SpinCommands,
  options: ModelOptions,
): Promise<ReadonlyMap<Promised, Verdict>> {
  await using verifier = await makeVerifier(commands, options, { show: false, flags: [] });
  const verdicts = new Map<Promised, Verdict>();
  for (const promise of promises) {
    verdicts.set(promise, await verdictOf(verifier, ["-a", "-f", "-N", promise], () => {}));
  }
  return verdicts;
}

interface Verifier extends AsyncDisposable {
  readonly folder: string;
}

async function makeVerifier(
  { spin, cc }: SpinCommands,
  options: ModelOptions,
  { show, flags }: { readonly show: boolean; readonly flags: readonly string[] },
): Promise<Verifier> {
  const folder = await mkdtemp(join(tmpdir(), "jobchart-spin-"));
  const verifier = {
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
  try {
    const definitions = [...definitionsOf(options), ...(show ? ["-DSHOW"] : [])];
    for (const file of [model, guardsOfModel]) {
      await copyFile(fileURLToPath(new URL(file, import.meta.url)), join(folder, file));
    }
    await run(spin, ["-a", "-o2", `-P"${cc}" -E -x c`, ...definitions, model], folder);
    await run(cc, ["-O0", "-w", "-DNFAIR=3", ...flags, "-o", "pan", "pan.c"], folder);
    return verifier;
  } catch (error) {
    await verifier[Symbol.asyncDispose]();
    throw error;
  }
}

/** Runs a program to its end; fails with what it printed, which Spin does on standard output. */
async function run(program: string, how: readonly string[], folder: string): Promise<void> {
  try {
    await execute(program, how, { cwd: folder });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { readonly stdout?: string; stderr?: string };
    throw new Error(`${program} ${how.join(" ")}:\n${stderr}${stdout}`, { cause: error });
  }
}

function definitionsOf({ kind, members, broken }: ModelOptions): readonly string[] {
  return [
    `-DN=${members.length}`,
    `-DFINALIZE=${bitsOf(members.map(({ autoFinalize }) => autoFinalize))}`,
    `-DDISMISS=${bitsOf(members.map(({ autoDismiss }) => autoDismiss))}`,
    ...(kind === "mirror" ? ["-DMIRROR"] : []),
    ...(broken === undefined ? [] : [`-DBROKEN_${broken}`]),
  ];
}

function bitsOf(flags: readonly boolean[]): number {
  return flags.reduce((bits, flag, place) => bits | (+flag << place), 0);
}

/** Deeper than any path of the model that is ever asked for. */
const depthMax = 100_000;

async function verdictOf(
  { folder }: Verifier,
  flags: readonly string[],
  onLine: (line: string) => void,
): Promise<Verdict> {
  const how = [...flags, `-m${depthMax}`];
  const pan = spawn(join(folder, "pan"), how, {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const failed = new Promise<never>((_, reject) => pan.once("error", reject));
  const read = async (): Promise<Verdict> => {
    let violated: string | undefined;
    let errors: number | undefined;
    let stored = 0;
    for await (const line of createInterface({ input: pan.stdout })) {
      onLine(line);
      violated ??= /pan:\d+: (.*) \(at depth \d+\)/.exec(line)?.[1];
      errors ??= numberIn(/ errors: (\d+)/.exec(line));
      stored ||= numberIn(/^\s*(\d+) states, stored/.exec(line)) ?? 0;
      if (/max search depth too small|out of memory/.test(line)) throw new Error(`pan: ${line}`);
    }
    if (errors === undefined) throw new Error("pan ended without a verdict");
    if (errors > 0 && violated === undefined) throw new Error(`pan: ${errors} unnamed errors`);
    return { violated, stored };
  };
  return Promise.race([read(), failed]);
}

function numberIn(match: RegExpExecArray | null): number | undefined {
  return match?.[1] === undefined ? undefined : Number(match[1]);
}
