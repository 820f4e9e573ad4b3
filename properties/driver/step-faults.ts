/** Drivers whose steps are wrong, each in one way, and what the contract says of it. */
import { add, shelf, type Fault } from "./fault.ts";
import { partial } from "./shelf.ts";

export const stepFaults: readonly Fault[] = [
  [
    "takes a cancel for its end",
    "stops when it is cancelled",
    /cancelled at pause point 1 of 4: a pause point threw Cancelled, and run resolved/,
    {
      run: (job) =>
        shelf
          .driver()
          .run(job)
          .catch(() => {}),
    },
  ],
  [
    "leaves its partial text",
    "undoes what a run did whose process died",
    /not as it was before the job: \[1\]\[0\]: found "one", expected nothing.*Abort undoes/,
    { abort: async () => {}, clean: async () => {} },
  ],
  [
    "commits nothing the second time",
    "prepares, commits and cleans twice",
    /\[0\]\[0\]: found nothing, expected "one".*find that it was done/,
    {
      commit: async (step) => {
        shelf.put(step.args.to, shelf.at(partial(step)));
        shelf.remove(partial(step));
      },
    },
  ],
  [
    "fails when it has committed already",
    "prepares, commits and cleans twice",
    /asked for again, commit threw: nothing to commit/,
    {
      commit: async (step) => {
        if (shelf.at(partial(step)).length === 0) throw new Error("nothing to commit");
        shelf.put(step.args.to, shelf.at(partial(step)));
        shelf.remove(partial(step));
      },
    },
  ],
  [
    "is interleaved with itself by a worker thought dead",
    "commits at the same time",
    /\[0\]\[1\]: found "one", expected "two"/,
    {
      commit: async (step) => {
        if (shelf.at(step.args.to).length > 0) return;
        for (const word of shelf.at(partial(step))) {
          await Promise.resolve();
          add(step.args.to, word);
        }
        shelf.remove(partial(step));
      },
    },
  ],
  [
    "prepares what it does not undo",
    "undoes a job that was prepared",
    /\[0\]\[0\]: found "early", expected nothing/,
    { prepare: async ({ args }) => shelf.put(args.to, ["early"]) },
  ],
  [
    "undoes what never was",
    "nothing where nothing was done",
    /\[0\]\[0\]: found "undone", expected nothing/,
    { abort: async ({ args }) => shelf.put(args.to, ["undone"]) },
  ],
  [
    "undoes only what did not end",
    "undoes a run that ended",
    /not as it was before the job: \[1\]\[0\]: found "one", expected nothing/,
    {
      abort: async (step) => {
        if (step.result === null) shelf.remove(partial(step));
      },
      clean: async () => {},
    },
  ],
];
