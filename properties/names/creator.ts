/**
 * A creator: one process with a desk of its own that asks what its plan says, one thing after the
 * other, and asks again, as a client does, when it hears nothing. What it is told is held against
 * the truth.
 */
import { isRefusal, type Reply } from "../../actors/commands.ts";
import { Desk } from "../../actors/desk.ts";
import { BusError } from "../../bus/bus-error.ts";
import type { Bus } from "../../bus/bus.ts";
import type { World } from "../../bus/world.ts";
import type { Input } from "../../machines/input.ts";
import { gidOf } from "../../machines/job-id.ts";
import type { Refusal } from "../../machines/refusal.ts";
import type { Violation } from "../invariants/invariants.ts";
import { keysOf, type Act } from "./plans.ts";
import { SteppedProcess } from "./stepped-process.ts";
import { broken, type Truth } from "./truth.ts";

/** What a process sees of the bus and the clock. */
export interface Ports {
  readonly bus: Bus;
  readonly world: World;
}

/** What stands between a process and its ports: nothing, or a fault that is to be noticed. */
export type Around = (ports: Ports) => Ports;

interface Asking {
  readonly act: Act;
  /** The names that somebody else had at some moment since it was asked. */
  readonly taken: Set<string>;
  reply?: Reply | { readonly failed: string };
}

export class Creator {
  readonly process: SteppedProcess;
  isDead = false;
  readonly #desk: Desk;
  readonly #world: World;
  #askings: Asking[] = [];

  constructor(bus: Bus, world: World, around: Around) {
    this.process = new SteppedProcess(bus);
    const ports = around({ bus: this.process.bus, world });
    this.#desk = deskOn(ports);
    this.#world = world;
  }

  /** Everything that decides what it will do next, and what will be said of that. */
  key(truth: Truth): string {
    if (this.isDead) return "dead";
    const { heard, versions } = this.process;
    const fresh = [...versions].filter(([name, version]) => truth.isCurrent(name, version));
    const taken = this.#askings.flatMap((asking) => [...asking.taken]);
    return [heard, ...fresh.map(([name]) => name), "", ...taken].join("\n");
  }

  async begin(acts: readonly Act[]): Promise<void> {
    await this.process.begin(async () => {
      for (const act of acts) {
        const asking: Asking = { act, taken: new Set() };
        this.#askings.push(asking);
        asking.reply = await this.#ask(inputOf(act, this.#world.now()));
      }
    });
  }

  /** Takes note of the truth of the moment, and says which replies are not true. */
  judge(truth: Truth): readonly Violation[] {
    for (const { act, taken } of this.#askings) {
      for (const key of namesOf(act)) if (truth.isTaken(key, gidOfAct(act))) taken.add(key);
    }
    const answered = this.#askings.filter(({ reply }) => reply !== undefined);
    this.#askings = this.#askings.filter(({ reply }) => reply === undefined);
    return answered.flatMap((asking) => falsehoodOf(asking, truth) ?? []);
  }

  async #ask(input: Input): Promise<NonNullable<Asking["reply"]>> {
    for (;;) {
      try {
        return await this.#desk.ask(input);
      } catch (error) {
        if (error instanceof BusError && error.code === "unavailable") continue;
        return { failed: String(error) };
      }
    }
  }
}

/** A desk that carries nothing out: names are all that matters. */
export function deskOn({ bus, world }: Ports): Desk {
  return new Desk({ bus, world, groupsMax: 100, inspect: undefined, carryOut: () => {} });
}

export function inputOf(act: Act, at: number): Input {
  const asked = { id: act.command, by: "creator", at };
  if (act.ask === "create") {
    return { ...asked, verb: "create", completion: "individual", jobs: act.jobs };
  }
  if (act.ask === "cancel") return { ...asked, verb: "cancel", uid: act.uid };
  const claim = { session: act.command, worker: "w1", host: "h1" };
  return { ...asked, verb: "claimed", uid: act.uid, epoch: 1, claim };
}

function gidOfAct(act: Act): string {
  return gidOf(act.ask === "create" ? (act.jobs[0]?.uid ?? "") : act.uid);
}

function namesOf(act: Act): readonly string[] {
  if (act.ask === "create") return keysOf(act.jobs);
  return act.ask === "claim" ? ["resource.disk"] : [];
}

function falsehoodOf({ act, taken, reply }: Asking, truth: Truth): Violation | undefined {
  const told = `${act.command} (${act.ask})`;
  if (reply === undefined) return undefined;
  if ("failed" in reply)
    return broken("N7", "everything asked is answered", `${told}: ${reply.failed}`);
  if (isRefusal(reply)) {
    if (isTrue(reply, gidOfAct(act), taken, truth)) return undefined;
    return broken("N6", "nobody is refused without a reason", `${told}: ${reply.refused}`);
  }
  const uids = act.ask === "create" ? act.jobs.map(({ uid }) => uid) : [act.uid];
  const jobs = truth.group(reply.gid)?.jobs ?? [];
  if (uids.every((uid) => jobs.some((job) => job.uid === uid))) return undefined;
  return broken("N3", "what was accepted is in the log", told);
}

function isTrue(
  { guard, refused }: Refusal,
  gid: string,
  taken: ReadonlySet<string>,
  truth: Truth,
): boolean {
  if (guard === "void") return truth.group(gid)?.voided === true;
  const [, name = ""] = /'([^']*)'/.exec(refused) ?? [];
  if (guard === "id-free") return taken.has(`name.${name}`);
  return guard === "resource-free" && taken.has(`resource.${name}`);
}
