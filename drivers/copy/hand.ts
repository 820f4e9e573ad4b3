/**
 * The hand: a thread that does the file work of one job, one stride a message. In a thread the work
 * is plain synchronous code, several times faster on small files than asynchronous calls, and a
 * disk that hangs holds up nobody else. Between two strides the thread rests: that is where the job
 * pauses, throttles and is cancelled.
 *
 * The module that names its passes is both sides: it starts a thread with itself, and serves when
 * it is that thread.
 */
import { once } from "node:events";
import { Worker, parentPort, workerData } from "node:worker_threads";
import { faultAnswer, unpacked } from "./fault-answer.ts";
import type { FaultAnswer } from "./fault-answer.ts";

/** What a thread can do, by name: each takes an order, and goes on stride by stride. */
type Pass = (order: never) => Pace;
type Passes = Readonly<Record<string, Pass>>;
type Pace = Generator<unknown, unknown, void> | AsyncGenerator<unknown, unknown, void>;
type Strides<P extends Pass> =
  ReturnType<P> extends
    | Generator<infer Stride, infer Result, void>
    | AsyncGenerator<infer Stride, infer Result, void>
    ? AsyncGenerator<Stride, Result, void>
    : never;

export interface Hand<All extends Passes> extends AsyncDisposable {
  /**
   * Runs a pass, one stride for each `next`. Throws what the pass throws; an IoFault stays one. A
   * pass that has thrown is over: give a new order to try again. One pass at a time.
   */
  strides<Name extends keyof All & string>(
    pass: Name,
    order: Parameters<All[Name]>[0],
  ): Strides<All[Name]>;
}

interface Answer {
  readonly done: boolean;
  readonly value: unknown;
}

/** A start costs as much as copying some hundred small files. */
const restingMax = 2;

/** Opens hands for the passes of the module at `url`, which calls this as it is loaded. */
export function handsFor<All extends Passes>(url: string, passes: All): () => Hand<All> {
  if (parentPort && workerData === url) serve(parentPort, passes);
  const resting: Worker[] = [];
  return () => openHand<All>(url, resting);
}

/** @param resting threads at rest, for the next job. */
function openHand<All extends Passes>(url: string, resting: Worker[]): Hand<All> {
  const options = { workerData: url, execArgv: [] };
  const thread = resting.pop() ?? new Worker(new URL(url), options);
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

  async function* strides(pass: string, order: unknown): AsyncGenerator<unknown, unknown, void> {
    for (let answer = await ask({ pass, order }); ; answer = await ask("next")) {
      if (answer.done) return answer.value;
      yield answer.value;
    }
  }

  return {
    strides: strides as Hand<All>["strides"],
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

function serve(port: NonNullable<typeof parentPort>, passes: Passes): void {
  let current: Pace | undefined;
  function end(): void {
    void current?.return(undefined);
    current = undefined;
  }
  async function next(message: "next" | { pass: string; order: never }): Promise<Answer> {
    if (message !== "next") {
      end();
      current = passes[message.pass]?.(message.order);
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
