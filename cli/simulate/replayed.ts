/** `simulate --replay TAPE`: makes the choices of a tape again, on the system as it is now. */
import { realWorld } from "../../bus/world.ts";
import { judge } from "../../properties/simulate/judge.ts";
import { replay } from "../../properties/simulate/replay.ts";
import { tallyOf } from "../../properties/simulate/tally.ts";
import { readTape, type TapeFile } from "../../properties/simulate/tape-file.ts";
import type { Call } from "../call.ts";
import { exit, type ExitCode } from "../exit-code.ts";
import { paint, print } from "../output.ts";
import { parseJson } from "../parse-json.ts";
import { nameOf, readText } from "../read-text.ts";
import { counted } from "../units.ts";
import { UsageError } from "../usage-error.ts";
import { tellFailure } from "./failure.ts";
import { Interruption } from "./interruption.ts";
import { expectOnlyReplay, shrunkPathOf, tapePathOf } from "./simulate-options.ts";
import { figuresOf } from "./simulate-report.ts";

/** A tape of a million choices, and room to spare. */
const tapeBytesMax = 16 * 1024 * 1024;

export async function replayed(call: Call, source: string): Promise<ExitCode> {
  expectOnlyReplay(call);
  const given = await tapePathOf(call);
  const tape = await tapeAt(source);
  using interruption = new Interruption();
  const startedAt = realWorld.monotonic();
  const found = await judge(replay(tape.choices), tape);
  const tookMs = realWorld.monotonic() - startedAt;
  const tally = tallyOf({ seed: tape.seed, outcome: found });
  if (call.isJson) await print(JSON.stringify(figuresOf({ plan: tape, tally, tookMs })));
  const { broken, steps } = found;
  const isOther = tape.broken !== undefined && tape.broken !== broken;
  if (broken === undefined) {
    if (call.isJson) return exit.ok;
    await print(`${paint("green", "✓")} ${soundText(tape)}: ${counted(steps, "step")}, run twice`);
  }
  if (isOther && !call.isJson) await print(`  when it was recorded: ${tape.broken}`);
  if (broken === undefined) return exit.ok;
  const shrinks = call.flag("shrink");
  const path = given ?? (shrinks ? shrunkPathOf(source, tape.seed) : undefined);
  return tellFailure(call, { found, tape, shrinks, path }, interruption);
}

function soundText({ broken }: TapeFile): string {
  return broken === undefined ? "nothing is broken by this tape" : "this tape no longer fails";
}

async function tapeAt(path: string): Promise<TapeFile> {
  const name = nameOf(path);
  const tape = readTape(parseJson(await readText(path, tapeBytesMax), name));
  if (typeof tape !== "string") return tape;
  throw new UsageError(`${name}: ${tape}`, { code: "unreadable" });
}
