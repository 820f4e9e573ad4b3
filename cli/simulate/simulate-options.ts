/** What `simulate` is asked for, from its words. All fail with UsageError. */
import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Plan } from "../../properties/simulate/campaign.ts";
import { strategies, type Strategy } from "../../properties/simulate/simulate.ts";
import type { Call } from "../call.ts";
import { whyUnread } from "../read-text.ts";
import { grouped } from "../units.ts";
import { UsageError } from "../usage-error.ts";

const seedsMax = 999_999_999;
const minutesMax = 1_000_000;
/** More than there are runs with one deviation. */
const exhaustiveMax = 100_000;

/** The runs to make, as many as there may be when only time limits them. */
export function planOf(call: Call): Omit<Plan, "defect"> {
  const strategy = strategyOf(call.text("strategy") ?? "random");
  const seeds = whole(call, "seeds");
  const isLimited = seeds !== undefined || call.text("minutes") !== undefined;
  const all = strategy === "exhaustive" ? { count: exhaustiveMax, deviationsMax: 1 } : { count: 1 };
  return {
    seed: whole(call, "seed") ?? 1,
    strategy,
    losesSuffix: call.flag("lose-suffix"),
    ...(isLimited ? { count: seeds ?? seedsMax } : all),
  };
}

export function minutesOf(call: Call): number | undefined {
  const text = call.text("minutes");
  if (text === undefined) return undefined;
  const minutes = /^\d{1,7}(?:\.\d+)?$/.test(text) ? Number(text) : 0;
  if (minutes > 0 && minutes <= minutesMax) return minutes;
  const range = `above 0, ${grouped(minutesMax)} at most`;
  throw new UsageError(`--minutes: expected a number of minutes, ${range}, found '${text}'`);
}

/** A tape says itself what is to be run: nothing else may be asked for. */
export function expectOnlyReplay(call: Call): void {
  for (const name of ["seed", "seeds", "minutes", "strategy", "lose-suffix", "no-shrink"]) {
    if (call.flag(name)) throw new UsageError(`--replay and --${name} exclude each other`);
  }
}

/** The file that was named for a tape, if one was: better refused now than after an hour. */
export async function tapePathOf(call: Call): Promise<string | undefined> {
  const path = call.text("tape");
  if (path === undefined) return undefined;
  try {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) throw new Error("it is a folder");
    await access(found === undefined ? dirname(path) : path, constants.W_OK);
  } catch (cause) {
    throw new UsageError(`--tape: ${path} cannot be written: ${whyUnread(cause)}`, { cause });
  }
  return path;
}

/** Beside the tape that was replayed, which stays as it is. */
export function shrunkPathOf(source: string, seed: number): string {
  const name = source === "-" ? `simulate-${seed}` : source.replace(/(?:\.tape)?\.json$/, "");
  return `${name}-shrunk.tape.json`;
}

function strategyOf(text: string): Strategy {
  const strategy = strategies.find((each) => each === text);
  if (strategy !== undefined) return strategy;
  throw new UsageError(`--strategy: expected random, pct or exhaustive, found '${text}'`);
}

function whole(call: Call, name: string): number | undefined {
  const text = call.text(name);
  if (text === undefined) return undefined;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number >= 1) return number;
  const range = `from 1 to ${grouped(seedsMax)}`;
  throw new UsageError(`--${name}: expected a whole number ${range}, found '${text}'`);
}
