/**
 * How long the event loop stands still, and how long an append takes, while three processes write
 * to one file without a pause. The baseline is one process alone.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { openBus } from "../bus/open-bus.ts";
import { realWorld } from "../bus/world.ts";
import { freshFolder } from "./fresh-folder.ts";
import type { Figure } from "./figure.ts";

const writingMs = 3_000;
const inFlight = 16;

interface Measured {
  readonly stallMsMax: number;
  readonly appendMs99: number;
  readonly appends: number;
}

export async function* stallBench(): AsyncGenerator<Figure> {
  for (const processes of [1, 3]) {
    using folder = freshFolder();
    const path = `${folder.path}/jobs.db`;
    await (
      await openBus(`file:${path}`, { world: realWorld, create: true })
    )[Symbol.asyncDispose]();
    const all = await Promise.all(
      Array.from({ length: processes }, (_, index) => inChild(path, index)),
    );
    const worst = (of: keyof Measured): number => Math.max(...all.map((each) => each[of]));
    const appends = all.map((each) => Math.round((each.appends * 1_000) / writingMs));
    yield {
      what: `${processes} writing: longest stall of an event loop`,
      figure: `${worst("stallMsMax").toFixed(1)} ms`,
      against: `append p99 ${worst("appendMs99").toFixed(1)} ms; appends/s ${appends.join(" + ")}`,
    };
  }
}

async function inChild(path: string, index: number): Promise<Measured> {
  const script = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, [script, path, String(index)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  await once(child, "close");
  return JSON.parse(said) as Measured;
}

async function write(path: string, index: string): Promise<Measured> {
  await using bus = await openBus(`file:${path}`, { world: realWorld, create: false });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const took: number[] = [];
  const until = performance.now() + writingMs;
  delay.enable();
  const writer = async (lane: number): Promise<void> => {
    for (let rev = 1; performance.now() < until; rev += 1) {
      const start = performance.now();
      await bus.log.append(`g-${index}-${lane}`, rev, "x".repeat(400));
      took.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, lane) => writer(lane)));
  delay.disable();
  const sorted = took.toSorted((a, b) => a - b);
  return {
    stallMsMax: delay.max / 1e6,
    appendMs99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    appends: took.length,
  };
}

const [, script, path, index] = process.argv;
if (script === fileURLToPath(import.meta.url) && path !== undefined && index !== undefined) {
  console.log(JSON.stringify(await write(path, index)));
}
