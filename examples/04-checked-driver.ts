/** A driver in two phases, held to the contract of drivers: `node --test 04-checked-driver.ts`. */
import { existsSync } from "node:fs";
import { mkdtemp, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import type { Driver, Step } from "jobchart";
import { driverContract } from "jobchart/properties";

type Args = { from: string; to: string };
const path = { type: "string", format: "path" };

/** Nobody else's: a uid is never used again. */
const partial = ({ args, uid }: Step<Args>) => `${args.to}.${uid}`;

/** Numbers the lines of a text. */
const number: Driver<Args> = {
  type: "number",
  args: { required: ["from", "to"], properties: { from: path, to: path } },
  async run(job) {
    const lines = (await readFile(job.args.from, "utf8")).split("\n");
    let { line, bytes } = (job.cursor ?? { line: 0, bytes: 0 }) as { line: number; bytes: number };
    await using file = await open(partial(job), job.cursor === null ? "w" : "r+");
    await file.truncate(bytes); // what came after the last checkpoint counts for nothing
    while (line < lines.length) {
      await job.charge(1);
      const { bytesWritten } = await file.write(`${line + 1} ${lines[line]}\n`, bytes);
      await file.datasync(); // first the data, then the checkpoint that names it
      line += 1;
      bytes += bytesWritten;
      await job.checkpoint({ line, bytes });
      job.progress(line, lines.length);
    }
    return { lines: line };
  },
  async commit(step) {
    if (existsSync(partial(step))) await rename(partial(step), step.args.to); // else it is done
  },
  async abort(step) {
    await rm(partial(step), { force: true });
  },
};

const folder = await mkdtemp(join(tmpdir(), "number-"));
after(() => rm(folder, { recursive: true }));
let texts = 0;

async function freshArgs(): Promise<Args> {
  texts += 1;
  const from = join(folder, `text${texts}.`);
  await writeFile(from, "one\ntwo\nthree");
  return { from, to: `${from}numbered` };
}

/** The files of one job, and the text that it has made. */
async function effects({ from, to }: Args) {
  const files = (await readdir(folder)).filter((name) => name.startsWith(basename(from)));
  return { files: files.length, text: existsSync(to) ? await readFile(to, "utf8") : null };
}

driverContract(test, number, freshArgs, { effects });
