/** Drivers that go wrong in real systems, each in one way, and what the contract says of it. */
import { add, eachWord, shelf, type Fault } from "./fault.ts";
import { partial } from "./shelf.ts";

export const systemFaults: readonly Fault[] = [
  [
    "fails to commit when another worker has, in a real system",
    "dies between commit and saying so",
    /^commit threw: nothing to commit$/,
    {
      commit: async (step) => {
        if (shelf.at(partial(step)).length === 0) throw new Error("nothing to commit");
        shelf.put(step.args.to, shelf.at(partial(step)));
        shelf.remove(partial(step));
      },
    },
  ],
  [
    "fails to abort when another worker has, in a real system",
    "dies between abort and saying so",
    /^abort threw: nothing to undo$/,
    {
      abort: async (step) => {
        if (shelf.at(partial(step)).length === 0) throw new Error("nothing to undo");
        shelf.remove(partial(step));
      },
    },
  ],
  [
    "starts anew on what a dead worker has left, in a real system",
    "when its own dies",
    /^in a real system, the world is not as after .*\[0\]\[1\]: found "one", expected "two"/,
    eachWord(async (job, word) => {
      await job.pausePoint();
      add(partial(job), word);
    }),
  ],
  [
    "takes a drain for its end, in a real system",
    "when its own drains",
    /^in a real system, the world is not as after .*found nothing, expected "two"/,
    {
      run: (job) =>
        shelf
          .driver()
          .run(job)
          .catch(() => {}),
    },
  ],
  [
    "leaves its text when it is cancelled, in a real system",
    "is cancelled in a real system",
    /^in a real system, the world is not as it was .*found "one", expected nothing/,
    { abort: async () => {}, clean: async () => {} },
  ],
  [
    "leaves its text when another member votes no",
    "another member votes no",
    /^in a real system, the world is not as it was .*found "one", expected nothing/,
    { abort: async () => {}, clean: async () => {} },
  ],
  [
    "cannot be paused, in a real system",
    "is paused and resumed in a real system",
    /^the job's outcome is failed, expected success: no pauses here$/,
    {
      pause: async () => {
        throw new Error("no pauses here");
      },
    },
  ],
];
