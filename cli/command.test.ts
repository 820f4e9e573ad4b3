/** Commands from a command line, as processes. */
import { afterAll, expect, test } from "vitest";
import { builtIn } from "../drivers/built-in.ts";
import { Call } from "./call.ts";
import { parseWords } from "./parse-words.ts";
import { allowCommandOption, allowedDrivers } from "./allowed-drivers.ts";
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
  await worker.says(/c1: failed: this worker does not run 'sh' .* it takes tr\*, \/no\/\*/);
  worker.kill("SIGTERM");
  expect(await worker.end()).toBe(0);
});

function typesFor(...words: readonly string[]): readonly string[] {
  const call = new Call(parseWords(words, allowCommandOption));
  return allowedDrivers(call, builtIn).map(({ type }) => type);
}

test("without a word about it a worker has no commands", () => {
  expect(typesFor()).not.toContain("command");
  expect(typesFor("--allow-command")).toContain("command");
  expect(typesFor("--allow-command=rsync")).toContain("command");
  expect(() => typesFor("--allow-command=a/b")).toThrow("a path from the root on, found 'a/b'");
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
