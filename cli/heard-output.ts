/**
 * What the jobs of this process say, in whole lines for who watches them: of a line that a program
 * writes over with carriage returns, what stood there last. Whoever reads too slowly is told how
 * much passed by; the job does not wait.
 */
import { StringDecoder } from "node:string_decoder";
import { tameLines } from "./output.ts";
import { sizeText } from "./units.ts";

interface Speaker {
  readonly id: string;
  readonly uid: string;
}

interface Said {
  readonly decoder: StringDecoder;
  line: string;
}

/** A longer line is shown in pieces, each a line. */
const pieces = /.{1,8192}/gsu;
const colourEnd = "\x1b[0m";

export class HeardOutput {
  readonly #said = new Map<string, Said>();
  readonly #isBehind: () => boolean;
  #say: ((lines: string) => void) | undefined;
  #early: string[] = [];
  /** Bytes that passed by, by the id of who said them. */
  readonly #unshown = new Map<string, number>();

  /** @param isBehind whether what was shown last has not been taken yet. */
  constructor(isBehind: () => boolean) {
    this.#isBehind = isBehind;
  }

  hear({ id, uid }: Speaker, chunk: Uint8Array | string): void {
    if (this.#isBehind()) {
      this.#unshown.set(id, (this.#unshown.get(id) ?? 0) + Buffer.byteLength(chunk));
      this.#said.delete(uid);
      return;
    }
    const said = this.#said.get(uid) ?? { decoder: new StringDecoder(), line: "" };
    this.#said.set(uid, said);
    const text = typeof chunk === "string" ? chunk : said.decoder.write(Buffer.from(chunk));
    const lines = (said.line + text).split("\n");
    const begun = lines.pop()?.match(pieces) ?? [];
    said.line = begun.pop() ?? "";
    lines.push(...begun);
    this.#show([...this.#missed(), ...lines.map(shown)]);
  }

  /** From here on it is shown so, what was said before as well. */
  showBy(say: (lines: string) => void): void {
    this.#say = say;
    this.#show(this.#early);
  }

  /** Nothing more comes: what ends without an end of line is shown, too. */
  end(): void {
    const left = [...this.#said.values()].map(({ line }) => shown(line));
    this.#said.clear();
    this.#show([...this.#missed(), ...left.filter((line) => line !== "")]);
  }

  #missed(): readonly string[] {
    const lines = Array.from(this.#unshown, ([id, bytes]) => {
      return `… ${sizeText(bytes)} of output passed by: jobchart logs ${id}`;
    });
    this.#unshown.clear();
    return lines;
  }

  #show(lines: readonly string[]): void {
    if (lines.length === 0) return;
    if (this.#say === undefined) this.#early.push(...lines);
    else this.#say(lines.join("\n"));
  }
}

/** What a terminal would show of the line. */
function shown(line: string): string {
  const last = line.replace(/\r+$/, "").split("\r").at(-1) ?? "";
  const tamed = tameLines(last);
  return tamed.includes("\x1b") ? tamed + colourEnd : tamed;
}
