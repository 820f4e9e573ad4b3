/**
 * Judging a QMP log of status events alone, from bytes to verdict; against JSON.parse of the same
 * lines. And what it takes of memory, with many jobs gone and few alive.
 */
import { linesOf } from "../properties/conform/lines.ts";
import { judgeQmp } from "../properties/conform/qmp.ts";
import { bestMs, perSecond, rate, ratio, type Figure } from "./figure.ts";

const life = ["created", "running", "paused", "running", "waiting", "pending", "concluded", "null"];
const lives = 25_000;
const alive = 100;
const chunkBytes = 64 * 1024;

export async function* verifyBench(): AsyncGenerator<Figure> {
  const lines = [...logOf(lives)];
  const bytes = Buffer.from(lines.join("\n"));
  const raw = perSecond(lines.length, await bestMs(5, () => lines.forEach((each) => parse(each))));
  const ours = perSecond(lines.length, await bestMs(5, () => judge(chunksOf(bytes))));
  yield { what: "JSON.parse of the lines", figure: rate(raw, "lines") };
  yield {
    what: "verify, status events alone",
    figure: rate(ours, "lines"),
    against: `${ratio(ours, raw)} (aim 16,667 lines/s)`,
  };
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  let most = before;
  await judge(watched(() => (most = Math.max(most, process.memoryUsage().heapUsed))));
  const perMillion = `${((most - before) / 1024 ** 2).toFixed(0)} MiB`;
  yield { what: `heap at most, 1,000,000 events, ${alive} jobs at a time`, figure: perMillion };
}

async function judge(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const { verdict } = await judgeQmp()(linesOf(bytes));
  if (verdict !== "conforms") throw new Error(`the log ${verdict}`);
}

function parse(line: string): unknown {
  return JSON.parse(line);
}

/** Lives of jobs with ids of their own, as many at a time as are alive. */
function* logOf(count: number): Generator<string> {
  for (let first = 0; first < count; first += alive) {
    for (const statuses of [life.slice(0, 4), life.slice(4)]) {
      for (let job = first; job < first + alive; job += 1) {
        for (const status of statuses) yield lineOf(`job-${job}`, status);
      }
    }
  }
}

function lineOf(id: string, status: string): string {
  const timestamp = { seconds: 1_795_000_000, microseconds: 123_456 };
  return JSON.stringify({ timestamp, event: "JOB_STATUS_CHANGE", data: { status, id } });
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += chunkBytes) {
    yield bytes.subarray(from, from + chunkBytes);
  }
}

/** A million events, made while they are read. */
async function* watched(look: () => void): AsyncGenerator<Uint8Array> {
  let lines: string[] = [];
  for (const line of logOf(1_000_000 / life.length)) {
    lines.push(line);
    if (lines.length < 10_000) continue;
    globalThis.gc?.();
    look();
    yield Buffer.from(`${lines.join("\n")}\n`);
    lines = [];
  }
  yield Buffer.from(lines.join("\n"));
}
