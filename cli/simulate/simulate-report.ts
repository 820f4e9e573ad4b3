/** What `simulate` prints of its runs: how many, how fast, and where they came to. */
import type { Plan } from "../../properties/simulate/campaign.ts";
import { allMarks } from "../../properties/simulate/marks.ts";
import type { Strategy } from "../../properties/simulate/simulate.ts";
import type { Tally } from "../../properties/simulate/tally.ts";
import type { Call } from "../call.ts";
import { paint, print } from "../output.ts";
import { counted, durationText, grouped } from "../units.ts";

type Asked = Pick<Plan, "strategy" | "losesSuffix" | "deviationsMax">;

interface Made {
  readonly plan: Asked;
  readonly tally: Tally;
  readonly tookMs: number;
  readonly isInterrupted?: boolean;
}

/** So many seeds must have come to every place; fewer cannot be expected to. */
const manyRuns = 1_000;
/** More of them than that are not listed, unless they had to be reached. */
const missingShown = 10;

/** Whether the runs held, were any, and came to where they had to come. */
export function isSound(plan: Asked, tally: Tally): boolean {
  const isEverywhere = !mustComeEverywhere(plan, tally) || missingIn(tally).length === 0;
  return tally.failure === undefined && tally.runs > 0 && isEverywhere;
}

/** `1 seed`, `1,488 runs`. */
export function runsText(strategy: Strategy, runs: number): string {
  return counted(runs, strategy === "exhaustive" ? "run" : "seed");
}

export async function report(call: Call, made: Made): Promise<void> {
  if (call.isJson) return print(JSON.stringify(figuresOf(made)));
  for (const line of reportLines(made)) await print(line);
}

/** The figures as `--json` gives them. */
export function figuresOf({ plan, tally, tookMs, isInterrupted = false }: Made): object {
  const { runs, steps, stepsMost, simulatedMs, losses } = tally;
  const missing = missingIn(tally);
  const { length } = allMarks;
  return {
    runs,
    steps,
    stepsMost,
    simulatedMs,
    tookMs: Math.round(tookMs),
    seedsPerSecond: Number(aSecond(runs, tookMs)),
    ...(plan.losesSuffix === true ? { losses } : {}),
    coverage: { marks: length, reached: length - missing.length, missing },
    ...(isInterrupted ? { interrupted: true } : {}),
  };
}

export function reportLines({
  plan,
  tally,
  tookMs,
  isInterrupted = false,
}: Made): readonly string[] {
  const { runs, steps, stepsMost, simulatedMs } = tally;
  const { strategy } = plan;
  const sign = isSound(plan, tally) ? paint("green", "✓") : paint("red", "✗");
  const soFar = isInterrupted ? ", interrupted" : "";
  if (runs === 0) return [`${sign} no run was finished${soFar}`];
  const twice = strategy === "exhaustive" ? "each made twice" : "each run twice";
  const work = `${counted(steps, "step")} (at most ${grouped(stepsMost)})`;
  const ratio = grouped(simulatedMs / Math.max(1, tookMs));
  const pace = `${aSecond(runs, tookMs)} ${nounOf(strategy)} a second`;
  return [
    `${sign} ${runsText(strategy, runs)}, ${twice}${soFar}: ${work}`,
    ...(plan.deviationsMax === 1 ? ["  the calm run, and those that leave it at one place"] : []),
    `  ${durationText(simulatedMs)} simulated in ${durationText(tookMs)}: ` +
      `${ratio} times as fast, ${pace}`,
    ...(plan.losesSuffix === true && tally.failure === undefined ? [lossText(tally)] : []),
    ...(tally.failure === undefined ? placesText(plan, tally) : []),
  ];
}

function aSecond(runs: number, tookMs: number): string {
  return ((runs * 1_000) / Math.max(1, tookMs)).toFixed(1);
}

function nounOf(strategy: Strategy): string {
  return strategy === "exhaustive" ? "runs" : "seeds";
}

function lossText({ losses }: Tally): string {
  const { count, commits, lives, slowestMs } = losses;
  if (count === 0) return "  no commit was lost";
  const lost = `${grouped(count)} ${count === 1 ? "loss" : "losses"} of ${counted(commits, "commit")}`;
  const within = durationText(slowestMs);
  return `  ${lost}, each noticed by all who knew, ${grouped(lives)} in all, within ${within}`;
}

function placesText(plan: Asked, tally: Tally): readonly string[] {
  const missing = missingIn(tally);
  const reached = `  ${allMarks.length - missing.length} of ${allMarks.length} places reached`;
  const isAsked = mustComeEverywhere(plan, tally);
  if (missing.length === 0 || (missing.length > missingShown && !isAsked)) return [reached];
  const so = isAsked ? `; ${grouped(manyRuns)} seeds and more must reach all` : "";
  return [`${reached}${so}`, ...missing.map((mark) => `    not: ${mark}`)];
}

function mustComeEverywhere({ strategy, losesSuffix }: Asked, { runs }: Tally): boolean {
  return strategy !== "exhaustive" && losesSuffix !== true && runs >= manyRuns;
}

function missingIn({ marks }: Tally): readonly string[] {
  return allMarks.filter((mark) => !marks.includes(mark));
}
