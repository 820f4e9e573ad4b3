/**
 * Interrupts of a process that runs jobs. Ctrl-C cancels them, a second one leaves at once; being
 * told to end gives them back, so that the next worker goes on with them.
 */
import { isRefusal } from "../actors/commands.ts";
import { isEnded } from "../machines/status.ts";
import type { Stage } from "./stage.ts";
import { exit } from "./exit-code.ts";

/** Listens until it is disposed of; `leave` is called when the jobs are given back. */
export function onInterrupts(stage: Stage, leave: () => void): Disposable {
  const report = (error: unknown): void => stage.call.mention(error);
  let interrupts = 0;
  const onInterrupt = (): void => {
    interrupts += 1;
    if (interrupts > 1) process.exit(exit.cancelled);
    stage.reporter.say("cancelling; Ctrl-C again leaves at once, and a worker undoes the rest");
    cancelAll(stage).catch(report);
  };
  let isLeaving = false;
  const onTerminate = (): void => {
    if (isLeaving) process.exit(exit.ok);
    isLeaving = true;
    giveBack(stage).catch(report).finally(leave);
  };
  const handlers = { SIGINT: onInterrupt, SIGTERM: onTerminate, SIGHUP: onTerminate };
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
  return {
    [Symbol.dispose]: () => {
      for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
    },
  };
}

async function cancelAll({ call, system, members }: Stage): Promise<void> {
  for (const { uid, id, status } of members.infos) {
    if (isEnded(status)) continue;
    const reply = await system.ask("cancel", uid);
    const isOnItsWay = isRefusal(reply) && reply.status === "aborting";
    if (isRefusal(reply) && !isOnItsWay) call.refuse(reply, id);
  }
}

async function giveBack({ call, system, reporter, members }: Stage): Promise<void> {
  reporter.say("leaving: what can go on elsewhere is given back, the rest is ended");
  await system.drain();
  const ids = members.infos.filter(({ outcome }) => outcome === null).map(({ id }) => id);
  if (ids.length > 0) {
    reporter.say(`left to the next worker ('${call.hint("worker")}'): ${ids.join(", ")}`);
  }
}
