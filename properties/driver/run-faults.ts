/** Drivers whose run is wrong, each in one way, and what the contract says of it. */
import { add, eachWord, shelf, type Fault } from "./fault.ts";
import { partial } from "./shelf.ts";

export const runFaults: readonly Fault[] = [
  [
    "does not take its own arguments",
    "declares itself",
    /own schema refuses them: Parameter 'words' is unexpected/,
    { args: { properties: { to: { type: "string" } } } },
  ],
  [
    "has no pause point",
    "by way of pause points",
    /has passed no pause point: it can be neither paused nor cancelled/,
    { run: async () => {} },
  ],
  [
    "forgets an await",
    "awaits every pause point",
    /did not await charge 4 times of 4/,
    eachWord(async (job) => void job.charge(1)),
  ],
  [
    "makes a checkpoint of 2 KiB",
    "by way of pause points",
    /a checkpoint has 2050 bytes: at most 1024 are kept/,
    { run: (job) => job.checkpoint("x".repeat(2_048)) },
  ],
  [
    "makes a checkpoint of a date",
    "by way of pause points",
    /a checkpoint must be JSON, but it\.when is a Date, which JSON does not have/,
    { run: (job) => job.checkpoint({ when: new Date(0) } as never) },
  ],
  [
    "resolves with a map",
    "by way of pause points",
    /the result must be JSON, but it\.words\[0\] is a Map/,
    { run: async () => ({ words: [new Map()] }) as never },
  ],
  [
    "prepares 2 KiB",
    "by way of pause points",
    /what prepare resolved with has 2050 bytes: at most 1024 are kept/,
    { prepare: async () => "x".repeat(2_048) },
  ],
  [
    "changes its arguments",
    "by way of pause points",
    /run changed the arguments that it was given: \.to: found "elsewhere"/,
    { run: async (job) => void Object.assign(job.args, { to: "elsewhere" }) },
  ],
  [
    "goes back",
    "progress that goes back",
    /progress went from 3 back to 2/,
    eachWord(async (job, _word, index) => job.progress(index === 3 ? 2 : index + 1, 4)),
  ],
  [
    "starts anew on what is there",
    "from every checkpoint",
    /killed at checkpoint 1 of 4: .*\[0\]\[1\]: found "one", expected "two".*cutting back/,
    eachWord(async (job, word) => {
      add(partial(job), word);
      await job.checkpoint(word);
    }),
  ],
  [
    "makes its checkpoint before the data",
    "died at any pause point",
    /killed at pause point 1 of 4: .*expected "one".*only after the data/,
    {
      run: async (job) => {
        for (const [index, word] of job.args.words.entries()) {
          if (index < Number(job.cursor ?? 0)) continue;
          await job.checkpoint(index + 1);
          await job.charge(1);
          add(partial(job), word);
        }
      },
    },
  ],
  [
    "tidies up when it is stopped",
    "gives it back",
    /given back at pause point 2 of 4: .*\[0\]\[0\]: found "two", expected "one"/,
    {
      run: async (job) => {
        try {
          return await shelf.driver().run(job);
        } catch (error) {
          shelf.remove(partial(job));
          throw error;
        }
      },
    },
  ],
  [
    "throws an error of its own when it is stopped",
    "gives it back",
    /a pause point threw Cancelled, and run threw something else: interrupted/,
    {
      run: (job) =>
        shelf
          .driver()
          .run(job)
          .catch(() => Promise.reject(new Error("interrupted"))),
    },
  ],
  [
    "breaks what it does when it is paused",
    "after a pause",
    /paused at pause point 2 of 4: .*found "two", expected "one"\. A pause changes nothing/,
    { pause: async (job) => shelf.remove(partial(job)) },
  ],
  [
    "says that it becomes ready and does not",
    "becomes ready",
    /declares `ready: true`, but run never called/,
    { ready: true },
  ],
  [
    "becomes ready undeclared",
    "by way of pause points",
    /type 'words' is not declared to become ready: say ready: true/,
    { run: (job) => job.becomeReady() },
  ],
  [
    "goes on once, and not twice",
    "died twice",
    /^killed at pause point 1 of 4: run again, run threw: once is enough$/,
    {
      run: async (job) => {
        if (job.epoch > 2) throw new Error("once is enough");
        return shelf.driver().run(job);
      },
    },
  ],
  [
    "takes a soft cancel for a failure",
    "soft cancel",
    /^after a soft cancel, run threw: cancelled$/,
    {
      ready: true,
      softCancel: true,
      run: async (job) => {
        await job.becomeReady();
        if (job.softCancelled) throw new Error("cancelled");
      },
    },
  ],
];
