/**
 * The desk: commands carried out in this process. Load, decide, append, evolve; whoever loses the
 * race for the append loads again and decides again. What a commit makes due (offers, pokes) is
 * done after it, and may be lost: the keeper derives it again.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Bus, Position } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import { commitBytesMax, whyUnreadable } from "../machines/commit.ts";
import type { Effect } from "../machines/effects.ts";
import type { Asked, Input } from "../machines/input.ts";
import { gidOf } from "../machines/job-id.ts";
import { Ledger, requestDigest, type Answered } from "../machines/ledger.ts";
import { decide, type Decision } from "../machines/lifecycle.ts";
import { emptyGroup, type Claim, type Group, type Pruned } from "../machines/record.ts";
import { refusal, type Refusal } from "../machines/refusal.ts";
import { takesWhenClaimed } from "../machines/resources.ts";
import {
  isHeldBy,
  isRefusal,
  memberOf,
  type Commands,
  type Conditions,
  type Reply,
} from "./commands.ts";
import { Groups, type GroupInHand } from "./groups.ts";
import type { Inspect } from "./live.ts";
import { Names } from "./names.ts";
import { WentBack } from "./went-back.ts";

/** After so many lost races in a row something is wrong with the log, not with our luck. */
const racesMax = 100;

export interface DeskOptions {
  readonly bus: Bus;
  readonly world: World;
  /** Groups kept in memory. */
  readonly groupsMax: number;
  readonly inspect: Inspect | undefined;
  /** Hears of every effect, to carry it out. */
  readonly carryOut: (effect: Effect, group: Group) => void;
}

export class Desk implements Commands {
  readonly names: Names;
  readonly groups: Groups;
  readonly #bus: Bus;
  readonly #carryOut: DeskOptions["carryOut"];

  constructor({ bus, world, groupsMax, inspect, carryOut }: DeskOptions) {
    this.#bus = bus;
    this.#carryOut = carryOut;
    this.groups = new Groups(bus.log, { max: groupsMax, inspect });
    this.names = new Names(bus.values, world, {
      standing: ({ gid, uid }) => this.groups.standing(gid, uid),
      fence: (gid, rev) => this.#fence(gid, rev, world.now()),
    });
  }

  async look(gid: string): Promise<Group> {
    return this.groups.with(gid, async (group) => {
      await group.catchUp();
      return group.ledger.group;
    });
  }

  async ask(input: Input, conditions: Conditions = {}): Promise<Reply> {
    if (input.verb === "void" || input.verb === "prune") {
      throw new Error("a group is fenced by names, and pruned by prune");
    }
    const uid = input.verb === "create" ? input.jobs[0]?.uid : input.uid;
    if (uid === undefined) return refusedBy(decide(emptyGroup(""), input));
    return this.groups.with(gidOf(uid), (group) => this.#answer(group, input, conditions));
  }

  /**
   * Leaves a summary of the group, and removes what was before it, if all its jobs are gone and it is
   * due; undefined otherwise. Of a group that has a summary already, what is left is removed.
   */
  async prune(
    gid: string,
    said: Pick<Asked, "by" | "at">,
    isDue: (group: Group, rev: number) => Promise<boolean>,
  ): Promise<Pruned | undefined> {
    const { log } = this.#bus;
    return this.groups.with(gid, async (group) => {
      await group.catchUp();
      const { ledger } = group;
      const { pruned } = ledger.group;
      if (pruned !== undefined) {
        const [last] = await log.read(gid, ledger.rev - 1);
        if (last !== undefined) await log.forget(gid, last.position);
        return undefined;
      }
      if (!(await isDue(ledger.group, ledger.rev))) return undefined;
      const reply = await this.#answer(group, { verb: "prune", id: `prune-${gid}`, ...said }, {});
      if (isRefusal(reply)) return undefined;
      await log.forget(gid, reply.position);
      return reply.group.pruned;
    });
  }

  async #fence(gid: string, rev: number, at: number): Promise<void> {
    const input = { verb: "void", id: `void-${gid}-${rev}`, by: "names", at } as const;
    await this.groups.beside(gid, (group) => this.#answer(group, input, { rev: rev - 1 }));
  }

  async #answer(group: GroupInHand, input: Input, conditions: Conditions): Promise<Reply> {
    const { ledger } = group;
    let isFresh = ledger.rev === 0 && !isUnnamed(input);
    if (isFresh) await group.catchUp();
    for (let race = 0; race < racesMax; race += 1) {
      const answered = ledger.answered(input.id);
      if (answered !== undefined) return this.#answerAgain(group, input, answered);
      const decision = whyUnheard(ledger, input, conditions) ?? decide(ledger.group, input);
      const isRefused = decision.events.length === 0;
      if (isRefused && (isFresh || !(await group.catchUp()))) return refusedBy(decision);
      isFresh ||= isRefused;
      if (isRefused) continue;
      const written = writeDown(ledger, input, decision);
      const unreadable = whyUnreadable(written.commit);
      if (unreadable !== undefined) {
        return refusal(`What is asked cannot be recorded: ${unreadable}`, "form", input.verb);
      }
      const unnamed = await this.#takeNames(ledger, input);
      if (unnamed !== undefined) {
        if (isFresh || !(await group.catchUp())) return unnamed;
        isFresh = true;
        continue;
      }
      const position = await this.#append(group, { input, written }, decision);
      if (position === undefined) continue;
      const { gid, rev } = ledger;
      const reply = decision.refusal ?? { gid, rev, position, group: decision.next };
      group.replies.keep(gid, input.id, reply);
      return reply;
    }
    throw new BusError("unavailable", `group ${ledger.gid}: lost ${racesMax} races in a row`);
  }

  /** What a creation needs, and a claim of a job that waited for its resources. */
  async #takeNames(ledger: Ledger, input: Input): Promise<Refusal | undefined> {
    if (input.verb === "create") {
      return this.names.take(ledger.gid, input.jobs, input.completion);
    }
    if (input.verb !== "claimed") return undefined;
    const job = memberOf(ledger.group, input.uid);
    if (job === undefined || !takesWhenClaimed(job)) return undefined;
    return this.names.takeToClaim(job, ledger);
  }

  /** Appends what was decided; undefined when the group had moved and was read again. */
  async #append(
    group: GroupInHand,
    { input, written }: { readonly input: Input; readonly written: Written },
    { next, effects }: Decision,
  ): Promise<Position | undefined> {
    const { ledger } = group;
    const before = ledger.group;
    let position: Position;
    try {
      position = await this.#bus.log.append(ledger.gid, written.commit.rev, written.text);
    } catch (error) {
      if (!(error instanceof BusError && error.code === "conflict")) throw error;
      await group.catchUp();
      return undefined;
    }
    ledger.accept(written, next);
    group.live.show(written.commit.cause.verb, before, next);
    for (const effect of effects) {
      if (!isInReply(effect, input, before)) this.#carryOut(effect, next);
    }
    return position;
  }

  /** The first reply again: the group as the commit of that rev left it. */
  async #answerAgain(
    { ledger: { gid }, replies }: GroupInHand,
    input: Input,
    { rev, digest }: Answered,
  ): Promise<Reply> {
    if (digest !== requestDigest(input)) {
      return refusal(
        `Command '${input.id}' was already used for another request`,
        "command-id",
        input.verb,
      );
    }
    const recent = replies.find(gid, input.id);
    if (recent !== undefined) return recent;
    const ledger = new Ledger(gid);
    for (const { position, text } of await this.#bus.log.read(gid)) {
      ledger.read(text);
      if (ledger.rev < rev) continue;
      if (ledger.rev > rev) return refusedBy(decide(ledger.group, input));
      const undone = input.verb === "create" && decide(emptyGroup(gid), input).refusal;
      return undone || { gid, rev, position, group: ledger.group };
    }
    throw new WentBack(`group ${gid} rev ${rev} was there and is gone`);
  }
}

/** The refusal of what does not meet its conditions, as a decision. */
function whyUnheard(
  { group, rev }: Ledger,
  input: Input,
  conditions: Conditions,
): Decision | undefined {
  const refuse = (text: string, guard: string): Decision => ({
    events: [],
    effects: [],
    next: group,
    refusal: refusal(text, guard, input.verb),
  });
  if (conditions.rev !== undefined && conditions.rev !== rev) {
    return refuse(`Expected rev ${conditions.rev}, found ${rev}`, "rev");
  }
  const { holder } = conditions;
  if (holder === undefined || !("uid" in input)) return undefined;
  const job = memberOf(group, input.uid);
  if (job === undefined || isHeldBy(job, holder)) return undefined;
  const found = job.claim === null ? "nobody" : holderText(job.claim);
  const text = `Job '${job.id}': ${found} holds it, not ${holderText(holder)}`;
  return refuse(text, "epoch");
}

function holderText({ worker, session }: Pick<Claim, "worker" | "session">): string {
  return `session ${session} of worker ${worker}`;
}

type Written = ReturnType<Ledger["write"]>;

/** The next commit; fails with BusError `too-large`, before anything else was done for it. */
function writeDown(ledger: Ledger, input: Input, { events }: Decision): Written {
  const written = ledger.write(input, events);
  const sizeBytes = Buffer.byteLength(written.text);
  if (sizeBytes <= commitBytesMax) return written;
  throw new BusError(
    "too-large",
    `group ${ledger.gid}: a commit of ${sizeBytes} bytes, at most ${commitBytesMax} go in one`,
  );
}

/** Whether an effect tells a session nothing but what the reply to its own report does. */
function isInReply(effect: Effect, input: Input, before: Group): boolean {
  if (effect.do !== "poke" || !("epoch" in input) || input.verb === "lost") return false;
  const session =
    input.verb === "claimed" ? input.claim.session : memberOf(before, input.uid)?.claim?.session;
  return effect.uid === input.uid && effect.session === session;
}

/** A creation that takes no names: that it is a first one shows at the append, if not before. */
function isUnnamed(input: Input): boolean {
  if (input.verb !== "create") return false;
  return input.jobs.every(({ id, uid, resources = [] }) => id === uid && resources.length === 0);
}

function refusedBy({ refusal }: Decision): Refusal {
  if (refusal === undefined) throw new Error("a decision without events and without a refusal");
  return refusal;
}
