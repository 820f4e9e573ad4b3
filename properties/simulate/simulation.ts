/**
 * One simulation: a whole fleet of the production code, unmodified, in a world that is made of
 * choices alone. It opens calmly, works under faults, heals, comes to rest, and is asked to finish
 * what is left; observers hold every commit, reply and callback against the invariants meanwhile.
 * Start here; simulate.ts runs one from a strategy to its outcome.
 */
import { createHash } from "node:crypto";
import { Lease } from "../../actors/lease.ts";
import { isPassing } from "../../actors/patience.ts";
import { WentBack } from "../../actors/went-back.ts";
import type { Stored } from "../../bus/bus.ts";
import type { World } from "../../bus/world.ts";
import { Auditor } from "./auditor.ts";
import { strike } from "./blow.ts";
import { Recorder, type Chooser } from "./chooser.ts";
import { Chronicle } from "./chronicle.ts";
import { Client } from "./client.ts";
import type { Defect } from "./defect.ts";
import { calm, everything, swarm, type Faults } from "./fate.ts";
import { startMs, type Surroundings } from "./life.ts";
import { Loss } from "./loss.ts";
import { Marks } from "./marks.ts";
import { Member, type Opened, type Role } from "./member.ts";
import { Programme } from "./programme.ts";
import { Schedule } from "./schedule.ts";
import { settled } from "./settled.ts";
import { sleeping } from "./sleeping.ts";
import { openSimulatedBus, type SimulatedBus } from "./simulated-bus.ts";
import { drawRoles, smallest } from "./topology.ts";
import { askView } from "./views.ts";
import { Witness } from "./witness.ts";
import { drawWorkload, smallWorkload } from "./workload.ts";

export interface Setting {
  readonly chooser: Chooser;
  /** `fleet`: drawn; `small`: two workers, one client, a few jobs, for trying everything. */
  readonly size: "fleet" | "small";
  /** How far what is due may be overtaken by what is due later. */
  readonly slackMs: number;
  /** Every commit and reply is checked; else only the digest is made. */
  readonly isChecked: boolean;
  /** The log is going to lose its end; the feed, which cannot know, is left out. */
  readonly losesSuffix: boolean;
  /** Something that is wrong on purpose. */
  readonly defect: Defect | undefined;
}

/** Something that must never be was seen: the end of a simulation. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** No run that is well comes near it. */
const stepsOfAnyRunMax = 20_000;

export class Simulation {
  readonly recorder: Recorder;
  readonly schedule: Schedule;
  readonly programme: Programme;
  readonly bus: SimulatedBus;
  readonly chronicle = new Chronicle();
  readonly marks: Marks;
  readonly loss = new Loss();
  readonly clients: readonly Client[];
  readonly members: readonly Member[];
  /** What befell whom and what was called, for people: time in ms, then words. */
  readonly notes: { readonly atMs: number; readonly text: string }[] = [];
  steps = 0;
  readonly #setting: Setting;
  readonly #auditor: Auditor;
  readonly #witness: Witness;
  readonly #hash = createHash("sha256");
  readonly #uids: string[] = [];
  #faults: Faults = calm;
  #isHealed = false;
  #ids = 0;
  #broken: string | undefined;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.recorder = new Recorder(setting.chooser);
    this.schedule = new Schedule(this.recorder, setting.slackMs);
    this.programme = new Programme(this.schedule);
    this.bus = openSimulatedBus(this.#busWorld());
    this.bus.log.onAppend = (stored) => this.#appended(stored);
    this.marks = new Marks((life) => this.members.every((each) => each.life?.name !== life));
    this.#auditor = new Auditor({
      chronicle: this.chronicle,
      isChecking: setting.isChecked,
      onBroken: (what) => this.break(what),
      onCommit: (step) => {
        this.marks.commit(step);
        this.#witness.commit(step);
      },
      onAnswer: (answer) => this.marks.answer(answer),
      onUnanswered: (life, { id }) => this.marks.unanswered(life, id),
    });
    this.#witness = new Witness({
      jobOf: (uid) => this.chronicle.job(uid),
      isLost: (uid, epoch) => this.chronicle.isLost(uid, epoch),
      isLeased: async (session) =>
        (await Lease.live(this.bus.values)).some((each) => each.session === session),
      onBroken: (what) => {
        if (setting.isChecked && !this.loss.hasStruck) this.break(what);
      },
      onCall: (text) => this.note(text),
    });
    const roles =
      setting.size === "small" ? smallest : drawRoles(this.recorder, !setting.losesSuffix);
    this.members = roles.map((role) => this.#member(role));
    this.clients = ["user@c1", "user@c2"].map((by) => this.#client(by));
  }

  get digest(): string {
    return this.#hash.copy().digest("hex");
  }

  get nowMs(): number {
    return startMs + this.schedule.nowMs;
  }

  note(text: string): void {
    this.notes.push({ atMs: this.schedule.nowMs, text });
  }

  /** Notes what is wrong, if it is the first thing; the run ends after this step. */
  break(what: string): void {
    this.#broken ??= what;
  }

  /** Opens every process, with nothing going wrong. */
  async open(): Promise<void> {
    for (const member of this.members) member.start();
    while (this.members.some(({ opened }) => opened === undefined)) await this.step();
  }

  /** Lets the workload and the faults loose. */
  async storm({ forMs, stepsMax }: { forMs: number; stepsMax: number }): Promise<void> {
    const isSmall = this.#setting.size === "small";
    const workload = isSmall ? smallWorkload : drawWorkload(this.recorder);
    this.#faults = isSmall ? everything : swarm(this.recorder);
    const { clients } = this;
    const uids = this.#uids;
    this.programme.begin(workload, { clients, uids, askView: () => this.#askView() });
    const until = this.schedule.nowMs + forMs;
    while (this.schedule.nowMs < until && this.steps < stepsMax) {
      const blow = this.recorder.pick("blow", this.#faults.blows);
      const struck = blow === "nothing" ? undefined : strike(blow, this.recorder, this);
      if (struck !== undefined) this.note(struck);
      await this.step();
    }
  }

  /** The log loses its last commits. From here on only who notices, and what ends, is checked. */
  loseSuffix(): void {
    this.#auditor.stop();
    const count = this.recorder.pick("lost commits", [1, 2, 3, 5]);
    const lives = this.members.flatMap(({ life }) => life?.name ?? []);
    const { log } = this.bus;
    this.note(this.loss.strike(log, { count, atMs: this.schedule.nowMs, lives }));
    this.chronicle.rewind(log.commits);
  }

  /** Ends every process; each comes back in a new life. */
  restart(): void {
    for (const { life } of this.members) life?.kill();
  }

  /** From here on nothing fails any more, and everybody is there. */
  heal(): void {
    this.note("all is well from here on");
    this.#faults = calm;
    this.#isHealed = true;
    this.schedule.release();
    for (const { life } of this.members) life?.heal();
    for (const member of this.members) member.start();
  }

  /** Lets the next thing happen, and all that follows at once. Fails with Broken. */
  async step(): Promise<void> {
    const next = this.schedule.next();
    if (next === undefined) throw new Broken("E1 nothing is going to happen ever again");
    this.#hash.update(`${this.schedule.nowMs} ${next.what}\n`);
    next.act();
    await settled();
    this.steps += 1;
    if (this.steps > stepsOfAnyRunMax) throw new Broken(`E1 no end after ${this.steps} steps`);
    if (this.#broken !== undefined) throw new Broken(this.#broken);
  }

  #askView(): void {
    const asking = this.members.find(({ role }) => role.name === "c1")?.opened;
    if (asking !== undefined) this.#attempt(asking.life.name, askView(this, asking));
  }

  #appended(stored: Stored): void {
    this.#hash.update(stored.text);
    try {
      if (this.loss.hasStruck) this.chronicle.add(stored);
      else this.#auditor.commit(stored);
    } catch (error) {
      if (this.loss.hasStruck && hasCode(error, "corrupt")) this.loss.damage(stored);
      else this.break(messageOf(error));
    }
    this.note(`${stored.gid} rev ${stored.rev} is stored`);
  }

  #member(role: Role): Member {
    return new Member(role, {
      around: this.#surroundings(),
      stage: { witness: this.#witness, isHealed: () => this.#isHealed },
      awayMs: () => this.recorder.pick("away", [800, 5_000, 14_000]),
      onError: (life, error) => this.#failed(life, error),
      onOpen: (member, opened) => this.#opened(member, opened),
      defect: this.#setting.defect,
    });
  }

  #client(by: string): Client {
    return new Client({
      by,
      id: () => this.#id(),
      onError: (life, error) => this.#failed(life, error),
      onCreated: (uids) => this.#uids.push(...uids),
    });
  }

  /** What fails for a passing reason is no harm here. */
  #attempt(life: string, work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!isPassing(error)) this.#failed(life, error);
    });
  }

  #opened({ role }: Member, opened: Opened): void {
    this.note(`${opened.life.name} is up`);
    this.#auditor.watch(opened.system.desk, opened.life.name);
    const place = this.members.filter(({ role }) => role.name.startsWith("c"));
    this.clients[place.findIndex((member) => member.role === role)]?.begin(opened);
  }

  #failed(life: string, error: unknown): void {
    if (this.loss.hasStruck && hasCode(error, "corrupt")) {
      this.note(`${life} notices: ${messageOf(error)}`);
      // A broken chain is one group's trouble; that the log went backwards is everybody's.
      if (error instanceof WentBack) this.loss.notice(life, this.schedule.nowMs);
      return;
    }
    this.break(`${life} met an error that it cannot live with: ${messageOf(error)}`);
  }

  #surroundings(): Surroundings {
    return {
      bus: this.#setting.defect?.bus?.(this.bus) ?? this.bus,
      schedule: this.schedule,
      chooser: this.recorder,
      faults: () => this.#faults,
      observer: {
        fault: (text) => this.note(text),
        beaten: (life, what) => this.marks.beaten(life, what),
        told: (life, place) => this.loss.told(life, place),
        threw: (life, error) => this.#failed(life, error),
        appended: (life, place) => {
          const wrong = this.loss.whyNot(life, place, this.schedule.nowMs);
          if (wrong !== undefined) this.break(wrong);
        },
      },
      id: () => this.#id(),
    };
  }

  /** Ids that differ from each other in all letters, and from run to run not at all. */
  #id(): string {
    this.#ids += 1;
    const digest = createHash("sha256").update(`${this.#ids}`).digest("hex");
    return `i${digest.slice(0, 15)}`;
  }

  /** The server's own clock. */
  #busWorld(): World {
    return {
      now: () => this.nowMs,
      monotonic: () => this.schedule.nowMs,
      random: () => 0.5,
      id: () => this.#id(),
      sleep: (ms, signal) => sleeping(this.schedule, { who: "bus", ms, signal }),
    };
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
