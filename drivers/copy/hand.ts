/**
 * The hand: a thread that does the file work of one job, one stride a message. In a thread the work
 * is plain synchronous code, several times faster on small files than asynchronous calls, and a
 * disk that hangs holds up nobody else. Between two strides the thread rests: that is where the job
 * pauses, throttles and is cancelled.
 *
 * This module is both sides: it starts a thread with itself, and serves when it is that thread.
 */
import { once } from "node:events";
import { Worker, parentPort, workerData } from "node:worker_threads";
import { flushTree } from "../mirror/flush-tree.ts";
import { follow } from "../mirror/follow.ts";
import { measure } from "../mirror/measure.ts";
import { faultAnswer, unpacked } from "./fault-answer.ts";
import type { FaultAnswer } from "./fault-answer.ts";
import { locate } from "./locate.ts";
import { survey } from "./survey.ts";
import { transfer } from "./transfer.ts";
import { verify } from "./verify.ts";

const passes = { survey, transfer, verify, locate, measure, follow, flushTree };
type Passes = typeof passes;
type Pass = keyof Passes;
type Order<P extends Pass> = Parameters<Passes[P]>[0];
type Strides<P extends Pass> =
  ReturnType<Passes[P]> extends
    | Generator<infer Stride, infer Result, void>
    | AsyncGenerator<infer Stride, infer Result, void>
    ? AsyncGenerator<Stride, Result, void>
    : never;

export interface Hand extends AsyncDisposable {
  /**
   * Runs a pass, one stride for each `next`. Throws what the pass throws; an IoFault stays one. A
   * pass that has thrown is over: give a new order to try again. One pass at a time.
   */
  strides<P extends Pass>(pass: P, order: Order<P>): Strides<P>;
}

interface Answer {
  readonly done: boolean;
  readonly value: unknown;
}

const role = "jobchart copy";

/** Threads at rest, for the next job: a start costs as much as copying some hundred small files. */
const resting: Worker[] = [];
const restingMax = 2;

export function openHand(): Hand {
  const options = { workerData: role, execArgv: [] };
  const thread = resting.pop() ?? new Worker(new URL(import.meta.url), options);
  let isAnswering = false;
  thread.ref();

  async function ask(message: unknown): Promise<Answer> {
    const answered = once(thread, "message");
    isAnswering = true;
    thread.postMessage(message, []);
    const [answer] = (await answered) as [Answer | FaultAnswer];
    isAnswering = false;
    return unpacked(answer);
  }

  async function* strides(pass: Pass, order: unknown): AsyncGenerator<unknown, unknown, void> {
    for (let answer = await ask({ pass, order }); ; answer = await ask("next")) {
      if (answer.done) return answer.value;
      yield answer.value;
    }
  }

  return {
    strides: strides as Hand["strides"],
    [Symbol.asyncDispose]: async () => {
      if (isAnswering || resting.length === restingMax) await thread.terminate();
      else {
        thread.postMessage("rest", []);
        thread.unref();
        resting.push(thread);
      }
    },
  };
}

type Pace = Generator<unknown, unknown, void> | AsyncGenerator<unknown, unknown, void>;

function serve(port: NonNullable<typeof parentPort>): void {
  let current: Pace | undefined;
  function end(): void {
    void current?.return(undefined);
    current = undefined;
  }
  async function next(message: "next" | { pass: Pass; order: never }): Promise<Answer> {
    if (message !== "next") {
      end();
      current = passes[message.pass](message.order);
    }
    const { done = false, value } = (await current?.next()) ?? { done: true, value: undefined };
    return { done, value };
  }
  port.on("message", (message: "rest" | Parameters<typeof next>[0]) => {
    if (message === "rest") return end();
    void next(message)
      .catch(faultAnswer)
      .then((answer) => port.postMessage(answer));
  });
}

if (parentPort && workerData === role) serve(parentPort);
