/**
 * Defects of processes that a simulation must find: a desk, keeper or worker that does not do its
 * part, or is told what is not so.
 */
import type { Reply } from "../../actors/commands.ts";
import type { Desk } from "../../actors/desk.ts";
import { timersOf } from "../../machines/duty.ts";
import type { Input } from "../../machines/input.ts";
import { gidOf } from "../../machines/job-id.ts";
import { refusal } from "../../machines/refusal.ts";
import type { Defect } from "./defect.ts";

/** A process that asks its desk otherwise, or is answered otherwise. */
function asking(
  answer: (input: Input, desk: Pick<Desk, "ask" | "look">) => Promise<Reply>,
): NonNullable<Defect["system"]> {
  return ({ desk }) => {
    const right = { ask: desk.ask.bind(desk), look: desk.look.bind(desk) };
    desk.ask = (input) => answer(input, right);
  };
}

export const processDefects: readonly Defect[] = [
  {
    name: "a keeper that never says lost",
    finds: /E2/,
    system: asking(async (input, { ask }) =>
      input.verb === "lost" ? refusal("not now", "epoch", "lost") : ask(input),
    ),
  },
  {
    name: "a keeper that fires no timer of a group that has two",
    seed: 40,
    finds: /F10/,
    system: asking(async (input, { ask, look }) => {
      if (input.verb !== "timer") return ask(input);
      const { jobs } = await look(gidOf(input.uid));
      return jobs.flatMap(timersOf).length > 1 ? refusal("not now", "due", "timer") : ask(input);
    }),
  },
  {
    name: "a desk that does not know what it has answered",
    finds: /F1|F2/,
    system: ({ desk }) => {
      const inTurn = desk.groups.with.bind(desk.groups);
      desk.groups.with = (gid, work) =>
        inTurn(gid, (group) => {
          group.ledger.answered = () => undefined;
          return work(group);
        });
    },
  },
  {
    name: "a worker that gives up a job whose report got no answer",
    seed: 80,
    finds: /E2/,
    system: asking(async (input, { ask }) => {
      try {
        return await ask(input);
      } catch (error) {
        if (!("epoch" in input) || input.verb === "claimed") throw error;
        return refusal("gone", "epoch", input.verb);
      }
    }),
  },
  {
    name: "a worker that never parks what is ready",
    seed: 100,
    finds: /E7/,
    system: asking(async (input, { ask, look }) => {
      if (input.verb !== "paused") return ask(input);
      const { jobs } = await look(gidOf(input.uid));
      const isReady = jobs.some(({ uid, status }) => uid === input.uid && status === "ready");
      return isReady ? refusal("not now", "busy", "paused") : ask(input);
    }),
  },
  {
    name: "a worker that drops the result of a run",
    finds: /S17/,
    system: asking(async (input, { ask }) =>
      ask(input.verb === "finished" ? { ...input, result: null } : input),
    ),
  },
];
