/** The recordings that are kept as test data: `recordings/<QEMU's version>/<session>.jsonl`. */
import { readdirSync, readFileSync } from "node:fs";
import { fromText, type RecordedLine } from "./recording.ts";

const folder = new URL("recordings/", import.meta.url);

export interface Kept {
  /** `10.0.2` */
  readonly version: string;
  /** The name of the session. */
  readonly name: string;
  readonly file: URL;
}

export function recordingFile(version: string, name: string): URL {
  return new URL(`${version}/${name}.jsonl`, folder);
}

/** All of them, by version and name. */
export function keptRecordings(): readonly Kept[] {
  return readdirSync(folder)
    .toSorted()
    .flatMap((version) =>
      readdirSync(new URL(version, folder))
        .toSorted()
        .map((file) => file.replace(/\.jsonl$/, ""))
        .map((name) => ({ version, name, file: recordingFile(version, name) })),
    );
}

export function readRecording({ file }: Pick<Kept, "file">): readonly RecordedLine[] {
  return fromText(readFileSync(file, "utf8"));
}

interface Greeting {
  readonly version: { readonly qemu: { readonly major: number; minor: number; micro: number } };
}

/** As the greeting says it. */
export function versionOf(lines: readonly RecordedLine[]): string {
  const greeting = lines[0]?.msg["QMP"] as Greeting | undefined;
  if (greeting === undefined) throw new Error("recording: expected a greeting in the first line");
  const { major, minor, micro } = greeting.version.qemu;
  return `${major}.${minor}.${micro}`;
}
