/** The monitor: takes the messages of a log one by one, and stops at the first that cannot be. */
import { BeliefSets } from "./beliefs.ts";
import { jobEventOf } from "./job-event.ts";
import { versionIn, type Message } from "./message.ts";
import { takeEvent } from "./take-event.ts";
import { takeCommand } from "./take-command.ts";
import { takeReply } from "./take-reply.ts";
import { tablesFor, tablesOf, type QemuVersion, type Version } from "./tables.ts";
import { World, type Oddity } from "./world.ts";

/** A message and the line that it stood on. */
export interface Placed {
  readonly line: number;
  readonly message: Message;
}

export class Monitor {
  readonly #world: World;
  /** The version that the log says, if it is not one whose tables are known. */
  strange: Version | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** `without` leaves out one rule. */
  static start(version: QemuVersion, without?: string): Monitor {
    return new Monitor(new World(tablesOf(version), new BeliefSets(without)));
  }

  get world(): Readonly<Pick<World, "tables" | "jobsSeen" | "eventsSeen" | "hasEvidence">> {
    return this.#world;
  }

  /** How much there is to copy for a clone. */
  get size(): number {
    const { jobs, freed, changes } = this.#world;
    return jobs.size + freed.size + changes.length;
  }

  /** What nothing but the end of QEMU explains: odd, unless it has ended. */
  get suspicion(): Oddity | undefined {
    const { ending } = this.#world;
    return typeof ending === "object" ? ending : undefined;
  }

  clone(): Monitor {
    return new Monitor(this.#world.clone());
  }

  /** What is odd about the message; undefined when it may come. */
  take({ line, message }: Placed): Oddity | undefined {
    this.#world.line = line;
    if (message.kind === "event") {
      const event = jobEventOf(message);
      return event && takeEvent(this.#world, event);
    }
    if (message.kind === "command") {
      takeCommand(this.#world, message);
      return undefined;
    }
    if (message.kind === "greeting") {
      this.#world.reset();
      this.#use(message.version);
      return undefined;
    }
    if ("value" in message.answer) this.#use(versionIn(message.answer.value));
    return takeReply(this.#world, message);
  }

  /** Some of the log is missing here. */
  skip(): void {
    this.#world.reset();
  }

  #use(version: Version | undefined): void {
    if (version === undefined) return;
    const { version: known, isKnown } = tablesFor(version);
    this.#world.tables = tablesOf(known);
    if (!isKnown) this.strange = version;
  }
}
