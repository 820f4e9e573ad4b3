import { expect, test } from "vitest";
import { TrialFolder } from "./trial-folder.ts";

const sum = `
import { defineJob, Retryable } from "jobchart";

export default defineJob<{ upTo: number; name?: string }>({
  type: "sum",
  args: {
    type: "object",
    required: ["upTo", "name"],
    properties: { upTo: { type: "integer" }, name: { type: "string" } },
  },
  async run(job) {
    if (job.attempt === 1) throw new Retryable("not yet");
    let sum = 0;
    for (let i = 1; i <= job.args.upTo; i += 1) {
      await job.pausePoint();
      sum += i;
      job.progress(i, job.args.upTo);
    }
    return { sum, name: job.args.name ?? null };
  },
});
`;

test("a user's driver runs, and imports jobchart from wherever it lies", async () => {
  using folder = new TrialFolder();
  folder.file("mine/sum.ts", sum);
  const words = ["run", "sum", "Ann", "--drivers", "mine/sum.ts", "--arg", "upTo:=100"];
  const [refused, lines] = [
    await folder.run(...words, "--arg", "upTo=100"),
    await folder.json(...words, "--retry", "2"),
  ];
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain("Invalid parameter type for 'upTo', expected: number");
  expect(lines.at(-1)).toMatchObject({
    type: "sum",
    outcome: "success",
    attempt: 2,
    result: { sum: 5050, name: "Ann" },
  });
});

test.concurrent.each([
  ["throws on import", 'throw new Error("no such luck");', "cannot be loaded: no such luck"],
  ["is no program", "export default {", "cannot be loaded"],
  ["never ends", "await new Promise(() => {});", "never finishes loading"],
  ["exports nothing", "export const x = 1;", "exports no driver"],
  ["exports no driver", 'export default "copy";', "expected a driver, an object, found string"],
  ["has no run", 'export default { type: "x", args: {} };', "driver 'x' has no run"],
  [
    "has a bad type",
    'export default { type: "X y", args: {}, run() {} };',
    "a type is a lower-case",
  ],
  [
    "has a type that is taken",
    'export const drivers = [{ type: "copy", args: {}, run() {} }];',
    "type 'copy' is taken: built in",
  ],
])("a driver file that %s is refused by name", async (_what, text, said) => {
  using folder = new TrialFolder();
  folder.file("mine.ts", text);
  const { code, stderr } = await folder.run("worker", "--drivers", "mine.ts");
  expect(stderr).toContain("mine.ts: ");
  expect(stderr).toContain(said);
  expect(code).toBe(2);
});
