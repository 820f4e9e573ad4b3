import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linesOf, TrialFolder } from "./trial-folder.ts";

const long = "a".repeat(513);
const manyArgs = `pad=${"x".repeat(70_000)}`;

/** Words, exit code, and what is said. */
const cases: readonly (readonly [words: readonly string[], code: number, said: string])[] = [
  [["lss"], 2, "Unknown command 'lss'. Did you mean 'ls'?"],
  [["ls", "--stat", "x"], 2, "Unknown option '--stat'. Did you mean '--status'?"],
  [["ls", "--status", "runing"], 2, "Did you mean 'running'?"],
  [["ls", "--at", "noon"], 2, "expected a position or a time"],
  [["ls", "--json=yes"], 2, "'--json' takes no value"],
  [["ls", "--type"], 2, "'--type' needs a value"],
  [["run"], 2, "Missing: the TYPE of the job"],
  [["run", "copi", "a", "b"], 2, "no driver of type 'copi' here. Did you mean 'copy'?"],
  [["run", "copi", "a", "--detach"], 2, "declared it on this bus. Did you mean 'copy'?"],
  [["run", "copy", "a"], 2, "Parameter 'to' is missing"],
  [["run", "copy", "a", "b", "c"], 2, "Unexpected word 'c': after the type it takes FROM TO"],
  [["run", "copy", "a", "b", "--arg", "x=1"], 2, "Parameter 'x' is unexpected"],
  [["run", "copy", "a", "b", "--arg", "overwrite=true"], 2, "; write --arg overwrite:=true"],
  [["run", "copy", "a", "b", "--arg", "overwrite=yes"], 2, "expected: boolean\n"],
  [["run", "copy", "a", "b", "--arg", "overwrite:=tru"], 2, "is not JSON"],
  [["run", "copy", "a", "b", "--arg", manyArgs], 2, "at most 65536 are taken"],
  [["run", "copy", "a", "b", "--id", ""], 2, "Invalid job ID ''"],
  [["run", "copy", "a", "b", "--id", "9a"], 2, "Invalid job ID '9a'"],
  [["run", "copy", "a", "b", "--id", "a b"], 2, "Invalid job ID 'a b'"],
  [["run", "copy", "a", "b", "--id", "ä"], 2, "Invalid job ID 'ä'"],
  [["run", "copy", "a", "b", "--id", long], 2, "Invalid job ID"],
  [["run", "copy", "a", "b", "--speed", "-5"], 2, "expects a non-negative value"],
  [["run", "copy", "a", "b", "--speed", "fast"], 2, "expected a size as 500k"],
  [["run", "copy", "a", "b", "--speed", "99999999999T"], 2, "more than can be counted"],
  [["run", "copy", "a", "b", "--timeout", "5x"], 2, "expected a duration as 90s"],
  [["run", "copy", "a", "b", "--timeout", "0"], 2, "--timeout: expected more than 0"],
  [["run", "copy", "a", "b", "--retry", "0"], 2, "expected a positive whole number"],
  [["run", "copy", "a", "b", "--on-error", "panic"], 2, "expected one of report ignore stop"],
  [["run", "copy", "a", "b", "--finalize", "later"], 2, "expected manual or auto"],
  [["run", "copy", "a", "b", "--drivers", "none.ts"], 2, "none.ts: cannot be loaded"],
  [["run", "copy", "--args", "none.json"], 2, "none.json: cannot be read"],
  [["worker", "--types", "copi"], 2, "Did you mean 'copy'?"],
  [["worker", "--types", "copi"], 2, "--drivers FILE adds more\n"],
  [["run", "copy", "a", "b", "--name", "a b"], 2, "--name: expected 1 to 64 visible characters"],
  [["worker", "--lease", "1ms"], 2, "expected at least 500 ms"],
  [["worker", "--name", "a b"], 2, "--name: expected 1 to 64 visible characters"],
  [["worker", "--tag", "gpu"], 2, "--tag: expected NAME=TEXT, found 'gpu'"],
  [["worker", "--tag", "gpu=a 100"], 2, "--tag: expected for 'gpu' a letter or digit"],
  [["worker", "--tag", "gpu=a", "--tag", "gpu=b"], 2, "--tag: 'gpu' is one text, not both"],
  [["run", "copy", "a", "b", "--require", "gpu="], 2, "'require': expected for 'gpu' a letter"],
  [
    ["run", "copy", "a", "b", "--require", "gpu=x"],
    2,
    "This process has no gpu=x, which job 'copy-",
  ],
  [["run", "copy", "a", "b", "--require", "gpu=x", "--tag", "gpu=y"], 2, "or --detach to leave"],
  [["--bus", "foo://x", "ls"], 2, 'unknown bus URL "foo://x"'],
  [["--context", "prod", "ls"], 2, "no context 'prod' in"],
  [["--bus", "file:none/x.db", "ls"], 4, "there is no folder"],
  [["--bus", "file:text", "ls"], 4, "is no SQLite file"],
  [["pause", "nobody"], 3, "nobody: Job not found"],
  [["history", "nobody"], 3, "nobody: Job not found"],
  [["set-speed", "a"], 2, "Missing: the ID of a job, or --status"],
  [["set-speed", "a", "1", "2"], 2, "Unexpected word '2'"],
  [["change", "a", "b"], 2, "expected NAME=TEXT"],
  [["watch", "--from", "here"], 2, "expected a position"],
  [["export", "all"], 2, "expected 'log'"],
  [["import", "text"], 2, "this is no exported log"],
  [["backup", "text"], 2, "name a new file"],
];

let folder: TrialFolder;
beforeAll(async () => {
  folder = new TrialFolder();
  folder.file("text", "hello\n".repeat(100));
  folder.file("source", 10);
  await folder.run("run", "copy", "source", "target");
});
afterAll(() => folder[Symbol.dispose]());

describe.concurrent("bad input", () => {
  const named = cases.map(([words, code, said]) => ({
    line: words.map((word) => word.slice(0, 40)).join(" "),
    words,
    code,
    said,
  }));
  test.each(named)("'$line' exits with $code and says $said", async ({ words, code, said }) => {
    const ended = await folder.run(...words);
    expect(ended.stderr).toContain(said);
    expect(ended).toMatchObject({ code, stdout: "" });
  });
});

test("a refused verb is not among those that the job accepts", async () => {
  await folder.run("run", "copy", "source", "other", "--id", "held", "--hold", "--detach");
  const { stderr, code } = await folder.run("set-speed", "held", "-5");
  expect(code).toBe(2);
  expect(stderr).toMatch(/A job that is created accepts: (?!.*set-speed).*cancel/);
});

test("an error is one JSON line where JSON is asked for", async () => {
  const [mistyped, refused] = await Promise.all([
    folder.run("--json", "ls", "--stat", "x"),
    folder.run("resume", "nobody", "nothing", "--json"),
  ]);
  expect(mistyped.stderr).toBe(
    `${JSON.stringify({ error: { code: "usage", message: "Unknown option '--stat'. Did you mean '--status'?" } })}\n`,
  );
  expect(refused.code).toBe(3);
  expect(linesOf(refused.stderr)).toEqual(
    ["nobody", "nothing"].map((job) => ({
      error: { code: "not-found", message: "Job not found", job, guard: "exists", verb: "resume" },
    })),
  );
});
