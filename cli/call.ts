/**
 * A call: what a command was given, and how it reaches the bus and the people. Whatever it opens
 * is closed by who asked for it (`await using`).
 */
import type { JobSystem, SystemSettings } from "../jobchart.ts";
import { BusError } from "../bus/bus-error.ts";
import type { Bus } from "../bus/bus.ts";
import { isNatsUrl } from "../bus/is-nats-url.ts";
import { findBus, withPrefix } from "./find-bus.ts";
import type { ExitCode } from "./exit-code.ts";
import { failedBy, failedWith, type Failed } from "./failure.ts";
import { complain, tame } from "./output.ts";
import type { Parsed } from "./parse-words.ts";
import { program } from "./program.ts";
import type { Refusal } from "../machines/refusal.ts";
import { shellWord } from "./shell-word.ts";
import { shownWord } from "./shown-word.ts";
import { UsageError } from "./usage-error.ts";

type Opening = Partial<SystemSettings>;

export class Call {
  /** What stands after the command's name, options aside. */
  readonly words: readonly string[];
  readonly isJson: boolean;
  readonly #options: Parsed["options"];
  #lastError = "";
  #waitsFor: string | undefined;

  constructor({ words, options }: Parsed) {
    this.words = words;
    this.#options = options;
    this.isJson = options.has("json");
  }

  /** The same call with that option, unless it has one. */
  withDefault(name: string, value: string): Call {
    return new Call({ words: this.words, options: new Map([[name, [value]], ...this.#options]) });
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

  /** What is said with a request: the note, if one was given, and the trace we are part of. */
  get asking(): { readonly note?: string; readonly traceparent?: string } {
    const note = this.text("note");
    const traceparent = process.env["TRACEPARENT"];
    return {
      ...(note === undefined ? {} : { note }),
      ...(traceparent === undefined ? {} : { traceparent }),
    };
  }

  /** The positional words, of which there must be `least` to `most`. */
  expectWords(what: string, least: number, most = least): readonly string[] {
    const count = this.words.length;
    if (count < least) throw new UsageError(`Missing: ${what}`);
    if (count > most)
      throw new UsageError(`Unexpected word '${shownWord(this.words[most] ?? "")}'`);
    return this.words;
  }

  /** The bus's URL. `create`: where there is none, one is to be made in the working folder. */
  busUrl(create = false): string {
    const found = findBus({ url: this.text("bus"), context: this.text("context"), create });
    return withPrefix(found, this.text("prefix"));
  }

  /** Opens the system; fails with BusError when there is no bus, unless it may be made. */
  async open(settings: Opening = {}): Promise<JobSystem> {
    const { create = false } = settings;
    const given = settings.bus ?? this.busUrl(create);
    const isNamed = given === settings.bus && typeof given === "string";
    const bus = isNamed ? withPrefix(given, this.text("prefix")) : given;
    const { openJobSystem } = await import("../jobchart.ts");
    const opening = openJobSystem({
      onError: (error) => this.mention(error),
      onWait: (why) => this.wait(why),
      ...settings,
      create,
      bus,
    });
    return opening.catch((error: unknown) => this.#withHint(error, bus));
  }

  /** Opens the bus alone. */
  async openBus({ create = false } = {}): Promise<Bus> {
    const url = this.busUrl(create);
    const { openBus } = await import("../bus/open-bus.ts");
    const { realWorld } = await import("../bus/world.ts");
    const opening = openBus(url, { world: realWorld, create });
    return opening.catch((error: unknown) => this.#withHint(error, url));
  }

  /**
   * A command line that the caller can paste: it finds the same bus, or the one at `url`. A user or
   * password in the URL is left out.
   */
  hint(command: string, url?: string): string {
    const [bus, context, prefix] =
      url === undefined ? [this.text("bus"), this.text("context"), this.text("prefix")] : [url];
    const shown = { bus: bus && shownWord(bus), context, prefix };
    const options = Object.entries(shown).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, shellWord(value)],
    );
    return [program, ...options, command].join(" ");
  }

  /** Fails as before; where a fleet has no streams yet, with the command line of who makes them. */
  #withHint(error: unknown, bus: Opening["bus"]): never {
    const isFleet = typeof bus === "string" && isNatsUrl(bus);
    if (!(isFleet && error instanceof BusError && error.code === "missing")) throw error;
    const isShort = shownWord(bus) !== bus;
    const left = isShort ? " (the user of that URL is left out here)" : "";
    throw new BusError("missing", `${error.message}: ${this.hint("serve")}${left}`, {
      cause: error,
    });
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

  /** Says what is waited for, no failure yet; undefined: no longer. The same only once in a row. */
  wait(why: string | undefined): void {
    if (why === this.#waitsFor) return;
    this.#waitsFor = why;
    const text = why === undefined ? "a node answers again" : tame(why);
    complain(this.isJson ? JSON.stringify({ waiting: why ?? null }) : `jobchart: ${text}`);
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
