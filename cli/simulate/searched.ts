/** `simulate` without `--replay`: makes runs until one fails, and prints what came of them. */
import { realWorld } from "../../bus/world.ts";
import { judge } from "../../properties/simulate/judge.ts";
import { replay } from "../../properties/simulate/replay.ts";
import { inShards } from "../../properties/simulate/shards.ts";
import type { Call } from "../call.ts";
import { exit, type ExitCode } from "../exit-code.ts";
import { mentionInPassing } from "../output.ts";
import { durationText } from "../units.ts";
import { tellFailure } from "./failure.ts";
import { Interruption } from "./interruption.ts";
import { minutesOf, planOf, tapePathOf } from "./simulate-options.ts";
import { isSound, report, runsText } from "./simulate-report.ts";

export async function searched(call: Call): Promise<ExitCode> {
  const plan = planOf(call);
  const minutes = minutesOf(call);
  const path = await tapePathOf(call);
  using interruption = new Interruption();
  const time = new AbortController();
  const over = new AbortController();
  if (minutes !== undefined) {
    void realWorld.sleep(minutes * 60_000, over.signal).then(() => time.abort());
  }
  const startedAt = realWorld.monotonic();
  const tookMs = (): number => realWorld.monotonic() - startedAt;
  const tally = await inShards(plan, {
    signal: AbortSignal.any([time.signal, interruption.signal]),
    onTally: (sum) =>
      mentionInPassing(`${runsText(plan.strategy, sum.runs)} in ${durationText(tookMs())}`),
  });
  over.abort();
  mentionInPassing("");
  const { isInterrupted } = interruption;
  await report(call, { plan, tally, tookMs: tookMs(), isInterrupted });
  if (tally.failure !== undefined) {
    const { seed, tape: choices } = tally.failure;
    const tape = { seed, strategy: plan.strategy, losesSuffix: call.flag("lose-suffix"), choices };
    const found = await judge(replay(choices), tape);
    const told = { found, tape, path: path ?? `simulate-${seed}.tape.json` };
    return tellFailure(call, { ...told, shrinks: !call.flag("no-shrink") }, interruption);
  }
  if (isInterrupted) return exit.cancelled;
  return isSound(plan, tally) ? exit.ok : exit.failed;
}
