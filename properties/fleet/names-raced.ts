/** The same id asked for by several clients at once, at nodes of which each takes its share. */
import { expect } from "vitest";
import { isRefusal } from "../../jobchart.ts";
import type { Verdict } from "../conform/verdict.ts";
import { judgeLog } from "../judge-log.ts";
import { FleetTrial } from "./fleet-trial.ts";

interface Race {
  readonly id: string;
  readonly created: number;
  /** What the others were told. */
  readonly refused: readonly string[];
}

/** Enough that hardly ever all of them meet the same node. */
const creators = 6;
const atATime = 10;

/**
 * One creation of each id is accepted, and all others are told that it is in use. Resolves with the
 * verdict on the log.
 */
export async function raceForNames(count: number): Promise<Verdict> {
  await using trial = await FleetTrial.open();
  const races = await namesRaced(trial, count);
  for (const { id, created, refused } of races) {
    expect([id, created]).toEqual([id, 1]);
    expect(new Set(refused)).toEqual(new Set([`Job ID '${id}' already in use`]));
  }
  expect(races).toHaveLength(count);
  return await judgeLog(await trial.bus());
}

async function namesRaced(trial: FleetTrial, count: number): Promise<readonly Race[]> {
  await Promise.all([trial.node(), trial.node()]);
  const clients = await Promise.all([trial.client(), trial.client()]);
  await clients[0].declare([{ type: "noop", args: {}, run: async () => null }]);
  const race = async (id: string): Promise<Race> => {
    const replies = await Promise.all(
      Array.from({ length: creators }, (_, index) =>
        clients[index % 2 === 0 ? 0 : 1].create({ type: "noop", id, hold: true }),
      ),
    );
    const refusals = replies.filter(isRefusal);
    return {
      id,
      created: creators - refusals.length,
      refused: refusals.map((each) => each.refused),
    };
  };
  const races: Race[] = [];
  for (let from = 0; from < count; from += atATime) {
    const ids = Array.from({ length: atATime }, (_, index) => `raced-${from + index}`);
    races.push(...(await Promise.all(ids.map(race))));
  }
  return races;
}
