/** Commands from a command line, as processes. */
import { afterAll, expect, test } from "vitest";
import { builtIn } from "../drivers/built-in.ts";
import { Call } from "./call.ts";
import { adviceOnArguments } from "./job-arguments.ts";
import { parseWords } from "./parse-words.ts";
import { allowCommandOption, allowed } from "./allowed-drivers.ts";
import { TrialFolder } from "./trial-folder.ts";

const trial = new TrialFolder({ JOBCHART_LOGS: "logs" });
afterAll(() => trial[Symbol.dispose]());

test("run takes the words after -- for a program, starts it there, and calls the job after it", async () => {
  const words = ["--", "sh", "-c", 'pwd; echo "$1"', "sh", "--json"];
  const { code, stdout, stderr } = await trial.run("run", "command", ...words);
  expect([code, stderr]).toEqual([0, ""]);
  const [, id = ""] = /^(sh-\w{4}): success/m.exec(stdout) ?? [];
  const said = await trial.run("logs", id);
  expect(said.stdout).toBe(`${trial.path}\n--json\n`);
  const sheet = await trial.run("show", id);
  expect(sheet.stdout).toContain(`sh -c 'pwd; echo "$1"' sh --json`);
});

test("a worker takes commands only where it is allowed, and only those", async () => {
  const refused = await trial.run("worker", "--types", "command");
  expect([refused.code, refused.stderr]).toEqual([
    2,
    "jobchart: A worker takes commands only with --allow-command, or --allow-command=PATTERN\n",
  ]);
  const worker = trial.start("worker", "--allow-command=tr*", "--allow-command=/no/*");
  await worker.says("takes: command");
  const lines = [["true"], ["sh", "-c", "true"]].map((argv, index) => ({
    id: `c${index}`,
    type: "command",
    args: { argv },
  }));
  trial.file("jobs.json", JSON.stringify({ "completion-mode": "individual", jobs: lines }));
  expect((await trial.run("transaction", "jobs.json", "--detach")).code).toBe(0);
  await worker.says("c0: success");
  expect((await trial.json("show", "c1"))[0]).toMatchObject({
    status: "created",
    "waiting-for": { what: "worker", detail: "for run" },
  });
  const other = trial.start("worker", "--name", "other", "--allow-command=sh");
  await other.says("c1: success");
  other.kill("SIGTERM");
  expect(await other.end()).toBe(0);
  worker.kill("SIGTERM");
  expect(await worker.end()).toBe(0);
});

function typesFor(...words: readonly string[]): readonly string[] {
  const options = { ...allowCommandOption, limit: { value: "TYPE=N", about: "" } };
  return allowed(new Call(parseWords(words, options)), builtIn).drivers.map(({ type }) => type);
}

test("without a word about it a worker has no commands", () => {
  expect(typesFor()).not.toContain("command");
  expect(typesFor("--allow-command")).toContain("command");
  expect(typesFor("--allow-command=rsync")).toContain("command");
  expect(() => typesFor("--allow-command=a/b")).toThrow("a path from the root on, found 'a/b'");
  expect(() => typesFor("--limit", "command=1")).toThrow(
    "takes commands only with --allow-command",
  );
  expect(typesFor("--limit", "command=1", "--allow-command")).toContain("command");
});

test("the value of an option may be left out where that is said", () => {
  const words = [
    "a",
    "--allow-command",
    "--json",
    "--allow-command=rsync",
    "--",
    "--allow-command",
  ];
  const parsed = parseWords(words, allowCommandOption);
  expect(parsed.words).toEqual(["a", "--allow-command"]);
  expect(parsed.options.get("allow-command")).toEqual(["", "rsync"]);
});

test("a value that was meant and is empty is refused, as it would allow every program", () => {
  expect(() => parseWords(["--allow-command="], allowCommandOption)).toThrow(
    "Option '--allow-command=' has an empty value: --allow-command=PATTERN",
  );
});

test("who writes a program among the options is told where it belongs", () => {
  const words = ["command", "rsync", "-a", "x", "y"];
  expect(() => parseWords(words, {})).toThrow("Unknown option '-a': write '-- PROGRAM …'");
  expect(() => parseWords(["command", "--hep"], {})).toThrow("Did you mean '--help'?");
  const missing = { refused: "Parameter 'argv' is missing", guard: "args", verb: "create" };
  expect(adviceOnArguments(new Call(parseWords([], {})), missing)).toBe("; write '-- PROGRAM …'");
});
