/** A failure that a defect makes, told to who looks over the shoulder of standard output. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { defects } from "../../properties/simulate/defects.ts";
import { random } from "../../properties/simulate/random.ts";
import { simulate, type Outcome } from "../../properties/simulate/simulate.ts";
import { readTape } from "../../properties/simulate/tape-file.ts";
import { Call } from "../call.ts";
import { tellFailure } from "./failure.ts";

const folder = mkdtempSync(join(tmpdir(), "jobchart-failure-"));
const lasting = new AbortController();
const [defect = { name: "none", finds: /none/ }] = defects;
const options = { strategy: "random", defect } as const;

afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function broken(): Promise<{ seed: number; found: Outcome }> {
  for (let seed = 1; ; seed += 1) {
    const found = await simulate(random(seed), options);
    if (found.broken !== undefined) return { seed, found };
  }
}

/** What is written to standard output meanwhile. */
async function heard(work: () => Promise<unknown>): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  await work();
  vi.restoreAllMocks();
  return written.join("");
}

async function told(words: readonly string[], path: string | undefined): Promise<string> {
  const { seed, found } = await broken();
  const tape = { ...options, seed, losesSuffix: false, choices: found.tape };
  const call = new Call({ words: [], options: new Map(words.map((word) => [word, [""]])) });
  return heard(() => tellFailure(call, { found, tape, path, shrinks: false }, lasting));
}

test("a failure is told, and its tape left where it says", async () => {
  const path = join(folder, "a.tape.json");
  const said = await told([], path);
  expect(said).toContain("what happened");
  expect(said).toContain(`the tape is ${path}; run it again with: `);
  expect(readTape(JSON.parse(readFileSync(path, "utf8")))).toMatchObject({
    strategy: "random",
    broken: expect.stringMatching(defect.finds) as unknown,
  });
});

test("a failure is told when its tape cannot be written, and the tape after it", async () => {
  const [story = "", tape = ""] = (await told([], join(folder, "none", "a.json"))).split(/(?=\{")/);
  expect(story).toContain("what happened");
  expect(readTape(JSON.parse(tape))).toMatchObject({ strategy: "random" });
  const { failure } = JSON.parse(await told(["json"], join(folder, "none", "a.json"))) as {
    failure: { tape: unknown };
  };
  expect(readTape(failure.tape)).toMatchObject({ strategy: "random" });
});

test("a failure that has a tape leaves no other one", async () => {
  expect(await told([], undefined)).not.toContain("tape");
});
