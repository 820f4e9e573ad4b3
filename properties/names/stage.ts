/**
 * One schedule, played: creators on one memory bus, of which one after the other goes a step
 * further, while time stands still until it is told to pass. The same choices, the same schedule.
 */
import { isRefusal } from "../../actors/commands.ts";
import type { Bus } from "../../bus/bus.ts";
import { openMemoryBus } from "../../bus/memory.ts";
import type { Violation } from "../invariants/invariants.ts";
import { Creator, deskOn, inputOf, type Around } from "./creator.ts";
import { claim, create, keysOf, type Creation, type Plan } from "./plans.ts";
import { stillWorld, type Fate } from "./stepped-process.ts";
import { broken, graceMs, Truth } from "./truth.ts";

export interface Faults {
  /** Creators that may die. */
  readonly crashes: number;
  /** Writes that nobody hears of, done or not. */
  readonly lostAnswers: number;
  /** How often the ten seconds may pass for which a silent creator counts as alive. */
  readonly graces: number;
}

/** `slow`: the ten seconds pass between what was done and its answer. */
export type Choice =
  | { readonly what: Fate | "slow" | "crash"; readonly who: number }
  | { readonly what: "grace" };

export class Stage {
  /** What happened, in words. */
  readonly told: string[] = [];
  /** What the last step has broken. */
  violations: readonly Violation[] = [];
  readonly #plan: Plan;
  readonly #clock = { nowMs: Date.UTC(2026, 0, 1) };
  readonly #world = stillWorld(this.#clock, "newcomer");
  readonly #bus: Bus = openMemoryBus({ world: this.#world });
  readonly #truth = new Truth(this.#bus, this.#clock);
  readonly #creators: readonly Creator[];
  readonly #around: Around;
  #left: Faults;

  private constructor(plan: Plan, faults: Faults, around: Around) {
    this.#plan = plan;
    this.#left = faults;
    this.#around = around;
    this.#creators = plan.creators.map((_, who) => {
      return new Creator(this.#bus, stillWorld(this.#clock, `creator${who}`), around);
    });
  }

  static async open(plan: Plan, faults: Faults, around: Around): Promise<Stage> {
    const stage = new Stage(plan, faults, around);
    const desk = deskOn({ bus: stage.#bus, world: stage.#world });
    for (const act of plan.before) await desk.ask(inputOf(act, stage.#clock.nowMs));
    await stage.#truth.look();
    for (const [who, acts] of plan.creators.entries()) await stage.#creators[who]?.begin(acts);
    await stage.#judge();
    return stage;
  }

  /** What can happen next; nothing once every creator has said its last, or is dead. */
  choices(): readonly Choice[] {
    const { crashes, lostAnswers, graces } = this.#left;
    const choices = [...this.#creators.entries()].flatMap(([who, { isDead, process }]) => {
      if (isDead || process.call === undefined) return [];
      const whats: ("slow" | "crash" | Fate)[] = ["answered"];
      if (graces > 0) whats.push("slow");
      if (crashes > 0) whats.push("crash");
      if (lostAnswers > 0 && process.call.isWrite) whats.push("unanswered", "undone");
      return whats.map((what): Choice => ({ what, who }));
    });
    return graces > 0 && choices.length > 0 ? [...choices, { what: "grace" }] : choices;
  }

  /** Where the schedule has got to: from equal places the same follows. */
  get key(): string {
    const creators = this.#creators.map((creator) => creator.key(this.#truth));
    return JSON.stringify([this.#clock.nowMs, this.#left, this.#truth.text, creators]);
  }

  async take(choice: Choice): Promise<void> {
    if (choice.what === "grace") {
      this.told.push("ten seconds pass");
      this.#pass();
    } else await this.#go(choice.what, choice.who);
    await this.#judge();
  }

  /** Ten seconds on, a newcomer asks for every name: what no living job has, it must get. */
  async end(): Promise<void> {
    this.#clock.nowMs += graceMs;
    const wishes = [
      ...this.#plan.ids.map((id) => ({ ids: [id] })),
      ...(this.#plan.hasDisk ? [{ disk: true }] : []),
    ];
    const found: Violation[] = [...(await this.#claimAll())];
    for (const [index, wish] of wishes.entries()) {
      found.push(...(await this.#ask(create(`c${index + 5}`, wish))));
      found.push(...(await this.#truth.look()));
    }
    this.violations = found;
  }

  /** As keepers see to it, those that wait are offered again: one of them must get it. */
  async #claimAll(): Promise<readonly Violation[]> {
    const { waiting = [] } = this.#plan;
    if (waiting.length === 0) return [];
    const desk = deskOn(this.#around({ bus: this.#bus, world: this.#world }));
    for (const creation of waiting) {
      const reply = await desk.ask(inputOf(claim(creation, `last-${creation}`), this.#clock.nowMs));
      this.told.push(`${creation} is claimed: ${isRefusal(reply) ? reply.refused : "accepted"}`);
    }
    const found = await this.#truth.look();
    if (this.#truth.owners("resource.disk").length > 0) return found;
    const whose = `resource.disk, for which ${waiting.join(", ")} wait`;
    return [
      ...found,
      broken("N8", "in the end every name can be had that no living job has", whose),
    ];
  }

  async #ask(act: Creation): Promise<readonly Violation[]> {
    const desk = deskOn(this.#around({ bus: this.#bus, world: this.#world }));
    const [key = ""] = keysOf(act.jobs);
    const owner = this.#truth.owners(key)[0];
    const reply = await desk.ask(inputOf(act, this.#clock.nowMs));
    this.told.push(`a newcomer asks for ${key}: ${isRefusal(reply) ? reply.refused : "accepted"}`);
    if (isRefusal(reply) === (owner !== undefined)) return [];
    const whose = `${key}, which ${owner === undefined ? "no job has" : `${owner.uid} has`}`;
    return [broken("N8", "in the end every name can be had that no living job has", whose)];
  }

  async #go(what: Fate | "slow" | "crash", who: number): Promise<void> {
    const creator = this.#creators[who];
    if (creator === undefined) throw new Error(`no creator ${who}`);
    const { process } = creator;
    this.told.push(`creator ${who + 1}: ${process.call?.text}${more[what]}`);
    if (what === "slow") await process.step("answered", () => this.#pass());
    else if (what !== "crash") await process.step(what);
    else {
      creator.isDead = true;
      this.#spend("crashes");
    }
    if (what === "unanswered" || what === "undone") this.#spend("lostAnswers");
  }

  #pass(): void {
    this.#clock.nowMs += graceMs;
    this.#spend("graces");
  }

  #spend(fault: keyof Faults): void {
    this.#left = { ...this.#left, [fault]: this.#left[fault] - 1 };
  }

  async #judge(): Promise<void> {
    const found = await this.#truth.look();
    const replies = this.#creators.flatMap((creator) => creator.judge(this.#truth));
    this.violations = [...found, ...replies];
  }
}

const more: Readonly<Record<Fate | "slow" | "crash", string>> = {
  answered: "",
  unanswered: ", done, but it hears nothing",
  undone: ", never done, and it hears nothing",
  slow: ", and hears of it after ten seconds",
  crash: " is what it dies before",
};
