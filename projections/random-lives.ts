/**
 * Random lives: a log of many groups whose jobs were asked, reported, lost and timed at random, by
 * the lifecycle itself. The same seed makes the same log. Material for tests and measurements.
 */
import type { Log } from "../bus/bus.ts";
import { digestOf } from "../machines/commit.ts";
import type { Asked, Draft, Input } from "../machines/input.ts";
import { uidOf } from "../machines/job-id.ts";
import { Ledger } from "../machines/ledger.ts";
import { decide } from "../machines/lifecycle.ts";
import type { Job, Shape } from "../machines/record.ts";
import { msOf } from "./iso-time.ts";

export interface LivesPlan {
  readonly seed: number;
  readonly groups: number;
  /** How many are tried for; where the lifecycle refuses every try, there is none. */
  readonly commitsMax: number;
}

const startMs = msOf("2026-11-20T00:00:00.000Z");

const shapes: readonly Shape[] = [
  { can: [], place: "anywhere", recover: "resume" },
  { can: ["ready", "soft-cancel", "change"], place: "host", recover: "restart" },
  { can: ["prepare", "commit", "abort", "clean"], place: "anywhere", recover: "resume" },
];

/** Appends the lives to the log; resolves with the ledgers of its groups, as they stand then. */
export async function appendRandomLives(
  log: Log,
  { seed, groups, commitsMax }: LivesPlan,
): Promise<readonly Ledger[]> {
  const dice = new Dice(seed);
  const ledgers = Array.from({ length: groups }, (_, n) => new Ledger(gidOfNumber(n, seed)));
  let now = startMs;
  for (let n = 0; n < commitsMax; n += 1) {
    now += dice.below(20 * 60_000) - 60_000;
    const ledger = dice.pick(ledgers);
    const asked = { id: `c${n}`, by: "worker/w1", at: now };
    const { input, decision } = firstAccepted(ledger, asked, dice);
    if (decision.events.length === 0) continue;
    const written = ledger.write(input, decision.events);
    await log.append(ledger.gid, ledger.rev + 1, written.text);
    ledger.accept(written, decision.next);
  }
  return ledgers;
}

const triesMax = 8;

function firstAccepted(ledger: Ledger, asked: Asked, dice: Dice) {
  for (let tries = 1; ; tries += 1) {
    const body = ledger.rev === 0 ? creation(ledger, dice) : request(dice, ledger);
    const input: Input = { ...asked, ...body };
    const decision = decide(ledger.group, input);
    if (decision.events.length > 0 || tries === triesMax) return { input, decision };
  }
}

type Body<I = Input> = I extends Input ? Omit<I, "id" | "by" | "at"> : never;

function gidOfNumber(n: number, seed: number): string {
  const letters = digestOf(`${seed}/${n}`).replaceAll(/[0189]/g, "x");
  return `g${letters.slice(0, 16)}`;
}

function creation({ gid }: Ledger, dice: Dice): Body {
  if (dice.below(20) === 0) return { verb: "void" };
  const jobs = Array.from({ length: 1 + dice.below(3) }, (_, n): Draft => {
    const uid = uidOf(gid, n + 1);
    return {
      id: dice.below(2) === 0 ? uid : `backup.${n}`,
      uid,
      type: dice.pick(["copy", "mirror"]),
      args: { from: "/a", to: "/b" },
      shape: dice.pick(shapes),
      autoDismiss: dice.below(2) === 0,
      autoFinalize: dice.below(3) > 0,
      retry: { attempts: 2, backoffMs: 1_000, maxMs: 1_000 },
      labels: { tier: dice.pick(["gold", "iron"]) },
      speed: dice.below(30) === 0 ? -1 : 0,
    };
  });
  return { verb: "create", completion: dice.pick(["grouped", "individual"]), jobs };
}

/** Something that may be said to one of the jobs: mostly what may bring it on, seldom what ends it. */
function request(dice: Dice, { group, gid }: Ledger): Body {
  const job = group.jobs[dice.below(Math.max(1, group.jobs.length))];
  if (job === undefined) return { verb: "dismiss", uid: uidOf(gid, 1) };
  return dice.below(25) === 0 ? trouble(dice, job) : dice.pick(usual(dice, job));
}

function usual(dice: Dice, { uid, epoch, ...job }: Job): readonly Body[] {
  const progress = { current: job.progress.current + dice.below(20), total: 100 };
  const claim = { session: `s${epoch}`, worker: "w1", host: "h1" };
  return [
    { verb: "claimed", uid, epoch: epoch + 1, claim },
    { verb: "progress", uid, epoch, progress },
    dice.below(4) === 0
      ? { verb: "finished", uid, epoch, result: { files: 3 } }
      : { verb: dice.pick(["paused", "resumed", "ready"]), uid, epoch },
    { verb: dice.pick(["pause", "resume", "complete"]), uid },
    { verb: dice.pick(["finalize", "dismiss"]), uid },
    { verb: dice.pick(["prepared", "committed", "aborted", "cleaned"]), uid, epoch },
  ];
}

function trouble(dice: Dice, { uid, epoch }: Job): Body {
  return dice.pick<Body>([
    { verb: "failed", uid, epoch, error: "disk", retryable: dice.below(2) === 0 },
    { verb: "step-failed", uid, epoch, step: "clean", error: "busy" },
    { verb: dice.pick(["lost", "released"]), uid, epoch },
    { verb: "cancel", uid, soft: dice.below(2) === 0 },
    { verb: "abandon", uid },
  ]);
}

/** Numbers that look random and follow from a seed. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    const mixed = Math.imul(this.#state ^ (this.#state >>> 15), 0x2c_1b_3c_6d) >>> 0;
    return Math.floor((mixed / 2 ** 32) * limit);
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new Error("picked from nothing");
    return choice;
  }
}
