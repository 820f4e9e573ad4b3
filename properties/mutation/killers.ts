/**
 * The killers: what is asked of a mutant, cheapest first. Each is one of the three that users
 * have too: the properties, `verify`, `check`. No test that holds a table against a copy of it is
 * among them. They are loaded when they are asked, so that what breaks already then is theirs.
 */
import { readFileSync } from "node:fs";
import * as fc from "fast-check";

export type KillerName = "properties" | "verify" | "check";

export interface Killer {
  readonly name: KillerName;
  /** Throws when anything is wrong. */
  readonly run: () => Promise<void>;
}

/** Every corner, the cells that they come by, and logs that were damaged. */
async function corners(): Promise<void> {
  const { everyCreation, everyStrangeRecord, everyWord } = await import("../model/corners.ts");
  const { everyDamage } = await import("../model/log-damage.ts");
  const { Reach } = await import("../model/reach.ts");
  const { everyDigest } = await import("../model/request-digests.ts");
  const { everyResourceRule } = await import("../model/resource-rules.ts");
  const { everySummary } = await import("../model/summary-rules.ts");
  const reach = new Reach();
  everyCreation(reach);
  everyWord(reach);
  expectNone(reach.missingCells);
  everyStrangeRecord();
  everyDamage();
  everyDigest();
  everyResourceRule();
  everySummary();
}

/** The model with the seed of model.test.ts; a failure is not shrunk: nobody reads it. */
async function model(): Promise<void> {
  const { everyWord } = await import("../model/corners.ts");
  const { modelProperty } = await import("../model/model.ts");
  const { Reach } = await import("../model/reach.ts");
  const reach = new Reach();
  everyWord(reach);
  fc.assert(modelProperty(reach), { seed: 20_251_120, numRuns: 1_000, endOnFailure: true });
  expectNone(reach.missing);
}

function expectNone(missing: readonly string[]): void {
  if (missing.length > 0) throw new Error(`never reached: ${missing.join(", ")}`);
}

/** Our own histories: those that are sound conform, each that was changed diverges in its place. */
async function verifyOwn(): Promise<void> {
  const { replayGolden } = await import("./golden-replay.ts");
  const { both, corruptions, place } = await import("../conform/own-corruptions.ts");
  const { exported, linesFrom, rechained } = await import("../conform/own-log.ts");
  const { judgeOwn } = await import("../conform/own.ts");
  replayGolden("v1");
  const sound = await judgeOwn(linesFrom(exported(both)));
  if (sound.verdict !== "conforms") throw new Error(`a sound log: ${JSON.stringify(sound)}`);
  for (const { what, at, change } of corruptions) {
    const index = place(at);
    const changed = both.map((commit, each) => (each === index ? change(commit) : commit));
    const { verdict, line } = await judgeOwn(linesFrom(exported(rechained(changed))));
    if (verdict !== "diverges" || line !== index + 2) {
      throw new Error(`${what}, on line ${index + 2}: ${verdict} on line ${line ?? "none"}`);
    }
  }
}

/** What a real QEMU did. */
async function verifyQemu(): Promise<void> {
  const { linesFrom } = await import("../conform/own-log.ts");
  const { judgeQmp } = await import("../conform/qmp.ts");
  const { keptRecordings } = await import("../qemu/recordings.ts");
  for (const { version, name, file } of keptRecordings()) {
    const texts = readFileSync(file, "utf8").trimEnd().split("\n");
    const { verdict, line, observed } = await judgeQmp()(linesFrom(texts));
    if (verdict !== "conforms") {
      throw new Error(`QEMU ${version}, ${name}: ${verdict} on line ${line}: ${observed}`);
    }
  }
}

/** A lone plain job at full width, two at less, and a lone mirror. */
async function check(): Promise<void> {
  const { checkLifecycle } = await import("../explore/check-lifecycle.ts");
  for (const scope of [
    { jobs: 2, kind: "plain" },
    { jobs: 1, kind: "mirror" },
  ] as const) {
    const [violation] = checkLifecycle({ ...scope, bail: true }).violations;
    if (violation !== undefined) throw new Error(violation.text);
  }
}

export const killers: readonly Killer[] = [
  { name: "properties", run: corners },
  { name: "verify", run: verifyOwn },
  { name: "verify", run: verifyQemu },
  { name: "properties", run: model },
  { name: "check", run: check },
];
