/** The driver mirror keeps the contract of drivers, on folders of its own. */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, test } from "vitest";
import type { Json } from "../actors/driver.ts";
import { mirror } from "../drivers/mirror/mirror.ts";
import { driverContract } from "./driver/contract.ts";

type Args = { from: string; to: string; pivot: string };

const root = mkdtempSync(join(tmpdir(), "jobchart-contract-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let trees = 0;

async function freshTree(): Promise<Args> {
  trees += 1;
  const folder = join(root, String(trees));
  const from = join(folder, "from");
  mkdirSync(join(from, "inner"), { recursive: true });
  const plant = (name: string, content: string | Buffer): void => {
    writeFileSync(join(from, name), content);
    // Files that are very young are copied twice, and here nobody waits between two passes.
    utimesSync(join(from, name), 1_700_000_000, 1_700_000_000);
  };
  plant("large", Buffer.alloc(1_100_000, "large"));
  plant("empty", "");
  for (let file = 0; file < 3; file += 1) plant(`inner/${file}`, `${file}`);
  symlinkSync("from", join(folder, "pivot"));
  return { from, to: join(folder, "to"), pivot: join(folder, "pivot") };
}

/** Everything beside and below the target, and where the pivot leads. */
function shown({ from, to, pivot }: Args): Json {
  const folder = join(from, "..");
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => {
    const at = join(folder, name);
    return [name, lstatSync(at).isFile() ? readFileSync(at, "latin1") : ""];
  });
  const leadsTo = readlinkSync(pivot) === to ? "to" : readlinkSync(pivot);
  return { ...Object.fromEntries(entries), pivot: leadsTo };
}

driverContract(test, mirror, freshTree, { effects: shown });
