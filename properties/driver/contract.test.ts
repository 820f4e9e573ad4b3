/** The contract of a driver: a sound one keeps it, and every way to break it is told in words. */
import { describe, expect, test } from "vitest";
import type { Driver, RunningJob } from "../../actors/driver.ts";
import { driverChecks, driverContract, type TestFunction } from "./contract.ts";
import { add, eachWord, shelf } from "./fault.ts";
import { runFaults } from "./run-faults.ts";
import { partial, type ShelfArgs } from "./shelf.ts";
import { stepFaults } from "./step-faults.ts";
import { rehearsals } from "./system-checks.ts";
import { systemFaults } from "./system-faults.ts";

const freshArgs = (): ShelfArgs => shelf.freshArgs();
const effects = (args: ShelfArgs) => shelf.effects(args);

driverContract(test, shelf.driver(), freshArgs, { effects });

const mirror: Driver<ShelfArgs> = {
  ...shelf.driver(),
  type: "mirror",
  ready: true,
  softCancel: true,
  run: async (job) => {
    await shelf.driver().run(job);
    await job.becomeReady();
    while (!job.completing && !job.softCancelled) await job.sleep(1_000);
  },
};
driverContract(test, mirror, freshArgs, { effects });

/** Two branches that share one cursor. */
const branching: Driver<ShelfArgs> = {
  ...shelf.driver(),
  type: "branching",
  recover: "restart",
  run: async (job) => {
    shelf.put(partial(job), []);
    const put = async (from: number) => {
      for (let index = from; index < job.args.words.length; index += 2) {
        await job.charge(1);
        shelf.put(
          partial(job),
          [...shelf.at(partial(job)), job.args.words[index] ?? ""].toSorted(),
        );
      }
    };
    await Promise.all([put(0), put(1)]);
  },
};
driverContract(test, branching, freshArgs, { effects });

driverContract(test, { ...shelf.driver(), type: "once", recover: "fail" }, freshArgs, { effects });

test("arguments that every life may share need no function", async () => {
  const driver: Driver<{ to: number }> = {
    type: "sum",
    args: { properties: { to: { type: "integer" } } },
    run: async (job) => {
      for (let at = 0; at < job.args.to; at += 1) await job.charge(1);
      return (job.args.to * (job.args.to + 1)) / 2;
    },
  };
  const checks = driverChecks(driver, { to: 3 });
  for (const { run } of checks) await run();
  expect(checks.length).toBeGreaterThan(10);
});

test("the tests are declared through whatever function declares tests", () => {
  const names: string[] = [];
  const declare: TestFunction = (name) => names.push(name);
  driverContract(declare, shelf.driver(), freshArgs);
  expect(names[0]).toBe(
    "driver words declares itself, and takes the arguments that it is tested with",
  );
  expect(new Set(names).size).toBe(names.length);
});

describe("a driver is told when it", () => {
  test.each([...runFaults, ...stepFaults, ...systemFaults])(
    "%s",
    async (_what, check, message, over) => {
      const checks = driverChecks(shelf.driver(over), freshArgs, { effects, limitMs: 10_000 });
      const found = checks.find(({ name }) => name.includes(check));
      await expect(found?.run()).rejects.toThrow(message);
    },
  );

  test("remembers in a variable what the next process will not know", async () => {
    let last = "";
    const driver = shelf.driver({
      run: (job) => {
        last = job.args.to;
        return shelf.driver().run(job);
      },
      commit: (step) => shelf.driver().commit?.({ ...step, args: { ...step.args, to: last } }),
    } as Partial<Driver<ShelfArgs>>);
    const checks = driverChecks(driver, freshArgs, { effects });
    const found = checks.find(({ name }) => name.startsWith("keeps two jobs apart"));
    await expect(found?.run()).rejects.toThrow(/expected "one".*Keep nothing in variables/);
  });

  test("never ends, once, and not again for every check after that", async () => {
    const driver = shelf.driver({
      run: async (job) => {
        for (;;) await job.pausePoint();
      },
    });
    const checks = driverChecks(driver, freshArgs, { effects, limitMs: 50 });
    const [first, second] = checks.filter(({ name }) =>
      /pause points$|any pause point$/.test(name),
    );
    await expect(first?.run()).rejects.toThrow("not come to an end within 50 ms");
    await expect(second?.run()).rejects.toThrow("nothing interrupts has not come to an end");
  });

  test("counts its calls over all its lives", async () => {
    let calls = 0;
    const driver: Driver<{ to: number }> = {
      type: "calls",
      args: { properties: { to: { type: "integer" } } },
      run: async (job) => {
        for (let at = 0; at < job.args.to; at += 1) {
          calls += 1;
          await job.charge(1);
        }
        return { calls };
      },
    };
    const found = driverChecks(driver, { to: 7 }).find(({ name }) => name.includes("a pause"));
    await expect(found?.run()).rejects.toThrow(
      /^the result differs from life to life, .*: \.calls: found 21, expected 7\. Equal/,
    );
  });

  test("ends with another result when it was paused", async () => {
    const pauses = new Set<string>();
    const driver = shelf.driver({
      run: async (job) => {
        await shelf.driver().run(job);
        return pauses.has(job.uid);
      },
      pause: async ({ uid }) => void pauses.add(uid),
    });
    const found = driverChecks(driver, freshArgs).find(({ name }) => name.includes("a pause"));
    await expect(found?.run()).rejects.toThrow(
      /^paused at pause point 1 of 4: the result is not as after .*found true, expected false\. A pause changes nothing/,
    );
  });
});

describe("what goes wrong in a real system", () => {
  test("is put down to the log when it was well without one", async () => {
    const [alone, real] = checksOf({ run: onStage }, rehearsals.paused, "paused and resumed");
    await alone?.run();
    await expect(real?.run()).rejects.toThrow("The same was well without a log: look for");
  });

  test("refers to the check without a log that failed, or was not run", async () => {
    const anew = eachWord(async (job, word) => {
      await job.pausePoint();
      add(partial(job), word);
    });
    const [alone, real] = checksOf(anew, rehearsals.dead, "when its own dies");
    await expect(real?.run()).rejects.toThrow("process died at any pause point' tries the same");
    await expect(alone?.run()).rejects.toThrow("killed at pause point");
    await expect(real?.run()).rejects.toThrow(`As without a log, in '${rehearsals.dead}'`);
  });

  test("is rehearsed by checks that there are", () => {
    const names = driverChecks(shelf.driver(), freshArgs).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.values(rehearsals)));
  });
});

describe("a breach is shown where the author", () => {
  const broken = shelf.driver({ run: async () => {} });

  test("declares the tests", async () => {
    const bodies: (() => Promise<void>)[] = [];
    driverContract((_name, body) => bodies.push(body), broken, freshArgs);
    expect(await firstLine(bodies[1])).toContain("contract.test.ts");
  });

  test("asks for the checks", async () => {
    const checks = driverChecks(broken, freshArgs);
    expect(await firstLine(checks[1]?.run)).toContain("contract.test.ts");
  });
});

/** Puts what it should, but not in a system. */
async function onStage(job: RunningJob<ShelfArgs>): Promise<void> {
  await shelf.driver().run(job);
  if (job.id === "on-stage") shelf.put(partial(job), ["late"]);
}

/** Of what the run fails with, the first line of the stack. */
async function firstLine(run: (() => Promise<void>) | undefined): Promise<string> {
  const error = await run?.().then(
    () => new Error("no breach"),
    (breach: unknown) => breach as Error,
  );
  return error?.stack?.split("\n    at ")[1] ?? "";
}

/** The checks whose names hold these parts. */
function checksOf(over: Partial<Driver<ShelfArgs>>, ...parts: readonly string[]) {
  const checks = driverChecks(shelf.driver(over), freshArgs, { effects });
  return parts.map((part) => checks.find(({ name }) => name.includes(part)));
}
