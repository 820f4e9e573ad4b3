/**
 * A call: what a command was given, and how it reaches the bus and the people. Whatever it opens
 * is closed by who asked for it (`await using`).
 */
import type { JobSystem, SystemSettings } from "../jobchart.ts";
import type { Bus } from "../bus/bus.ts";
import { findBus } from "./find-bus.ts";
import type { ExitCode } from "./exit-code.ts";
import { failedBy, failedWith, type Failed } from "./failure.ts";
import { complain, tame } from "./output.ts";
import type { Parsed } from "./parse-words.ts";
import { program } from "./program.ts";
import type { Refusal } from "../machines/refusal.ts";
import { shellWord } from "./shell-word.ts";
import { UsageError } from "./usage-error.ts";

type Opening = Omit<SystemSettings, "bus">;

export class Call {
  /** What stands after the command's name, options aside. */
  readonly words: readonly string[];
  readonly isJson: boolean;
  readonly #options: Parsed["options"];
  #lastError = "";

  constructor({ words, options }: Parsed) {
    this.words = words;
    this.#options = options;
    this.isJson = options.has("json");
  }

  flag(name: string): boolean {
    return this.#options.has(name);
  }

  text(name: string): string | undefined {
    return this.#options.get(name)?.at(-1);
  }

  texts(name: string): readonly string[] {
    return this.#options.get(name) ?? [];
  }

  /** `{ note }`, when one was given. */
  get asking(): { readonly note?: string } {
    const note = this.text("note");
    return note === undefined ? {} : { note };
  }

  /** The positional words, of which there must be `least` to `most`. */
  expectWords(what: string, least: number, most = least): readonly string[] {
    const count = this.words.length;
    if (count < least) throw new UsageError(`Missing: ${what}`);
    if (count > most) throw new UsageError(`Unexpected word '${this.words[most]}'`);
    return this.words;
  }

  /** The bus's URL. `create`: where there is none, one is to be made in the working folder. */
  busUrl(create = false): string {
    const context = this.text("context");
    if (context !== undefined) throw new UsageError(`Unknown context '${context}'`);
    return findBus({ url: this.text("bus"), create });
  }

  /** Opens the system; fails with BusError when there is no bus, unless it may be made. */
  async open(settings: Opening = {}): Promise<JobSystem> {
    const { create = false } = settings;
    const bus = this.busUrl(create);
    const { openJobSystem } = await import("../jobchart.ts");
    return openJobSystem({ onError: (error) => this.mention(error), ...settings, create, bus });
  }

  /** Opens the bus alone. */
  async openBus({ create = false } = {}): Promise<Bus> {
    const url = this.busUrl(create);
    const { openBus } = await import("../bus/open-bus.ts");
    const { realWorld } = await import("../bus/world.ts");
    return openBus(url, { world: realWorld, create });
  }

  /** A command line that the caller can paste: it finds the same bus. */
  hint(command: string): string {
    const url = this.text("bus");
    return url === undefined
      ? `${program} ${command}`
      : `${program} --bus ${shellWord(url)} ${command}`;
  }

  /** Reports a refusal on stderr and returns its exit code. */
  refuse(refusal: Refusal, job?: string): ExitCode {
    return this.report(failedBy(refusal, job));
  }

  report({ failure, exitCode }: Failed): ExitCode {
    complain(this.isJson ? JSON.stringify({ error: failure }) : textOf(failure));
    return exitCode;
  }

  /** Reports an error that does not end the command; the same one only once in a row. */
  mention(error: unknown): void {
    const failed = failedWith(error);
    if (failed.failure.message === this.#lastError) return;
    this.#lastError = failed.failure.message;
    this.report(failed);
  }
}

function textOf({ job, message, verb, status, legal = [] }: Failed["failure"]): string {
  const about = job === undefined || message.includes(`'${job}'`) ? "" : `${job}: `;
  const others = legal.filter((each) => each !== verb);
  const accepts =
    others.length === 0 ? "" : `\n  A job that is ${status} accepts: ${others.join(", ")}.`;
  const lines = `${about}${message}`.split("\n").map((line) => tame(line));
  return `jobchart: ${lines.join("\n")}${accepts}`;
}
