/** The driver copy keeps the contract of drivers, on trees of its own. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, test } from "vitest";
import type { Json } from "../actors/driver.ts";
import { copy } from "../drivers/copy/copy.ts";
import { driverContract } from "./driver/contract.ts";

const root = mkdtempSync(join(tmpdir(), "jobchart-contract-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let trees = 0;

async function freshTree(): Promise<{ from: string; to: string }> {
  trees += 1;
  const folder = join(root, String(trees));
  const from = join(folder, "from");
  mkdirSync(join(from, "inner"), { recursive: true });
  writeFileSync(join(from, "large"), Buffer.alloc(3_500_000, "large"));
  writeFileSync(join(from, "empty"), "");
  for (let file = 0; file < 5; file += 1) writeFileSync(join(from, "inner", `${file}`), `${file}`);
  return { from, to: join(folder, "to") };
}

/** Every name and size beside and below the target. */
async function shown({ from, to }: { from: string; to: string }): Promise<Json> {
  const beside = readdirSync(join(from, "..")).filter((name) => name !== "from");
  if (!existsSync(to)) return { beside };
  const names = readdirSync(to, { recursive: true, encoding: "utf8" }).toSorted();
  const files = names.filter((name) => statSync(join(to, name)).isFile());
  const same = files.filter((name) =>
    readFileSync(join(to, name)).equals(readFileSync(join(from, name))),
  );
  return { beside, names, same };
}

driverContract(test, copy, freshTree, { effects: shown });
