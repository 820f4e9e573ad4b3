import { expect, test } from "vitest";
import { TrialFolder } from "./trial-folder.ts";

test.concurrent.each([
  ["ends the process", "process.exit(7)", 7],
  ["ends the process as if all were well", "process.exit(0)", 1],
  ["throws where nobody catches", "setImmediate(() => { throw new Error('oops') })", 70],
])("of a driver that %s it is said which job was at work", async (_what, fault, code) => {
  using folder = new TrialFolder();
  folder.file(
    "bad.ts",
    `export default Object.freeze({
      type: "bad", args: {}, run: () => { ${fault}; return new Promise(() => {}); },
    });`,
  );
  const ended = await folder.run("run", "bad", "--id", "one", "--drivers", "bad.ts");
  expect(ended.stderr).toContain("at work on one (bad)");
  expect(ended.code).toBe(code);
});

test("a driver that is a class keeps what is its own, and ends without a word", async () => {
  using folder = new TrialFolder();
  folder.file(
    "good.ts",
    `class Good {
      #answer = 42;
      type = "good";
      args = {};
      async run() { return this.#answer; }
      async commit() { if (this.#answer !== 42) throw new Error(); }
    }
    export default new Good();`,
  );
  const lines = await folder.json("run", "good", "--drivers", "good.ts");
  expect(lines.at(-1)).toMatchObject({ outcome: "success", result: 42 });
  const { stderr } = await folder.run("run", "good", "--drivers", "good.ts");
  expect(stderr).toBe("");
});
