/**
 * `npm run bench [NAME…]`: every figure that we quote, each beside a raw baseline measured in the
 * same run. Ratios travel between machines; absolute figures do not.
 */
import { parseArgs } from "node:util";
import { commandBench } from "./command.ts";
import { copyBench } from "./copy.ts";
import { decideBench } from "./decide.ts";
import { livesBench } from "./lives.ts";
import { memoryBench } from "./memory.ts";
import { natsBench } from "./nats.ts";
import { replayBench } from "./replay.ts";
import { stallBench } from "./stall.ts";
import { verbBench } from "./verb.ts";
import { verifyBench } from "./verify.ts";

const benches = {
  decide: decideBench,
  lives: livesBench,
  replay: replayBench,
  verb: verbBench,
  memory: memoryBench,
  stall: stallBench,
  copy: copyBench,
  command: commandBench,
  verify: verifyBench,
  nats: natsBench,
};

const { positionals } = parseArgs({ allowPositionals: true });
for (const [name, bench] of Object.entries(benches)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`\n${name}`);
  for await (const { what, figure, against } of bench()) {
    console.log(`  ${what.padEnd(56)} ${figure.padStart(14)}  ${against ?? ""}`.trimEnd());
  }
}
