/**
 * Copies of real trees, at a limited speed, by workers that are killed again and again and started
 * anew, as a supervisor would.
 */
import { expect } from "vitest";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "../../bus/bus.ts";
import { realWorld } from "../../bus/world.ts";
import { isRefusal, type JobSystem } from "../../jobchart.ts";
import { Ledger } from "../../machines/ledger.ts";
import type { JobInfo } from "../../projections/job-info.ts";
import type { Child } from "./child.ts";
import type { Verdict } from "../conform/verdict.ts";
import { judgeLog } from "../judge-log.ts";
import { Dice } from "./dice.ts";
import { FleetTrial } from "./fleet-trial.ts";

export interface KillPlan {
  readonly copies: number;
  readonly workers: number;
  /** How many workers are killed, one about every `everyMs`. */
  readonly kills: number;
  readonly everyMs: number;
}

const files = 8;
const fileBytes = 1_000_000;
/** Of one copy that nobody disturbs. */
const copyMs = 4_000;
const speed = (files * fileBytes * 1_000) / copyMs;

/**
 * All succeed, every target is right, and who went on did so from a checkpoint, in a higher epoch.
 * Resolves with the verdict on the log.
 */
export async function copyThroughKills(plan: KillPlan): Promise<Verdict> {
  await using trial = await FleetTrial.open();
  for (const { id, from, to, outcome, error } of await killedCopies(trial, plan)) {
    expect([id, outcome, error]).toEqual([id, "success", undefined]);
    expect([id, digestOf(to)]).toEqual([id, digestOf(from)]);
  }
  const bus = await trial.bus();
  const claims = await runClaims(bus.log);
  const again = claims.filter(({ epoch }) => epoch > 1);
  expect(again.some(({ bytes }) => bytes > 0)).toBe(true);
  for (const { uid } of again) {
    const epochs = claims.filter((claim) => claim.uid === uid).map(({ epoch }) => epoch);
    expect(epochs).toEqual(epochs.map((_, index) => index + 1));
  }
  return judgeLog(bus);
}

async function killedCopies(trial: FleetTrial, plan: KillPlan) {
  await trial.node();
  const concurrency = `${Math.ceil(plan.copies / plan.workers)}`;
  const start = (name: string): Promise<Child> => trial.worker(name, "--concurrency", concurrency);
  const names = Array.from({ length: plan.workers }, (_, index) => `w${index}`);
  const workers = new Map(
    await Promise.all(names.map(async (name) => [name, await start(name)] as const)),
  );
  const client = await trial.client();
  const copies = await createCopies(client, trial, plan.copies);
  await untilHalfWay(client);
  // In turn and to a beat, the one that is offered a job would always be the next to go.
  const dice = new Dice(1);
  for (let kill = 0; kill < plan.kills; kill += 1) {
    await realWorld.sleep(plan.everyMs / 2 + dice.below(plan.everyMs));
    const name = `w${dice.below(plan.workers)}`;
    await workers.get(name)?.end("SIGKILL");
    workers.set(name, await start(name));
  }
  return Promise.all(
    copies.map(async ({ id, from, to }) => {
      const info = await client.settled(id);
      return { id, from, to, outcome: info?.outcome, error: info?.error };
    }),
  );
}

/** Resolves when one copy is half-way at least, so that kills find checkpoints; or when none is left. */
async function untilHalfWay(client: JobSystem): Promise<void> {
  for (;;) {
    const infos = await client.queryJobs();
    if (infos.length === 0 || infos.some(isHalfWay)) return;
    await realWorld.sleep(50);
  }
}

function isHalfWay(info: JobInfo): boolean {
  return info["current-progress"] > info["total-progress"] / 2;
}

async function createCopies(client: JobSystem, trial: FleetTrial, count: number) {
  const copies = Array.from({ length: count }, (_, index) => ({
    id: `copy-${index}`,
    from: plant(trial.path(`from-${index}`), index),
    to: trial.path(`to-${index}`),
  }));
  for (const { id, from, to } of copies) {
    const reply = await client.create({ type: "copy", id, args: { from, to }, speed });
    if (isRefusal(reply)) throw new Error(reply.refused);
  }
  return copies;
}

function plant(root: string, tree: number): string {
  mkdirSync(root);
  for (let file = 0; file < files; file += 1) {
    const seed = createHash("sha512").update(`${tree} ${file}`).digest();
    writeFileSync(join(root, `file-${file}`), Buffer.alloc(fileBytes, seed));
  }
  return root;
}

/** Of every name and every byte below a folder. */
function digestOf(root: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(root).toSorted()) {
    hash.update(name).update(readFileSync(join(root, name)));
  }
  return hash.digest("hex");
}

/** One claim of a job for its run. */
interface RunClaim {
  readonly uid: string;
  readonly epoch: number;
  /** How far the checkpoint was that it began with. */
  readonly bytes: number;
}

/** Every claim that a run was begun with, in the order of the log. */
async function runClaims(log: Pick<Log, "readAll">): Promise<readonly RunClaim[]> {
  const ledgers = new Map<string, Ledger>();
  const claims: RunClaim[] = [];
  for await (const batch of log.readAll()) {
    for (const { gid, text } of batch) {
      const ledger = ledgers.get(gid) ?? new Ledger(gid);
      ledgers.set(gid, ledger);
      const before = new Map(ledger.group.jobs.map(({ uid, epoch }) => [uid, epoch]));
      ledger.read(text);
      for (const { uid, epoch, progress, status } of ledger.group.jobs) {
        if (status !== "running" || epoch === (before.get(uid) ?? 0)) continue;
        claims.push({ uid, epoch, bytes: progress.current });
      }
    }
  }
  return claims;
}
