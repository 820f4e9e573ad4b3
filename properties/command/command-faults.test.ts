import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { CommandTrial } from "./command-trial.ts";

afterAll(() => {
  delete process.env["JOBCHART_LOGS"];
});

async function failure(argv: readonly string[]): Promise<string | undefined> {
  await using stage = await CommandTrial.open();
  writeFileSync(join(stage.folder, "plain"), "");
  writeFileSync(join(stage.folder, "script"), "#!/no/such/shell\n");
  chmodSync(join(stage.folder, "script"), 0o755);
  const { outcome, error } = await stage.ended({ argv });
  expect(outcome).toBe("failed");
  return error;
}

test.each([
  [["absent", "-x"], /^there is no program 'absent' in PATH \(/],
  [["./plain"], /^'.*\/plain' may not be executed/],
  [["./script"], /^'.\/script' exited with code 12[67]: .*script.*not found|bad interpreter/],
  [["sh", "-c", "exit 127"], /^'sh' exited with code 127$/],
  [["sh", "-c", "kill -SEGV $$"], /^'sh' was killed by SIGSEGV$/],
  [["false"], /^'false' exited with code 1$/],
  [["sh", "-c", `echo ${"x".repeat(900)}; exit 1`], /^'sh' exited with code 1: x{300}…$/],
  [["printf", "a\0b"], /\0|null bytes/],
])("%j fails in clear words", async (argv, why) => {
  expect(await failure(argv)).toMatch(why);
});

test("a folder that is not there is no missing program", async () => {
  await using stage = await CommandTrial.open();
  const info = await stage.ended({ argv: ["true"], cwd: "/no/such/folder" });
  expect(info.error).toBe("the folder '/no/such/folder' does not exist on this machine");
});

test.each([
  [{ progress: "(?<percent>(" }, /^progress '.*' is no regular expression/],
  [{ ready: "(" }, /^ready '\(' is no regular expression/],
  [{ complete: "SIGINT" }, /^'complete' needs 'ready'/],
] as const)("with %j nothing is started", async (args, why) => {
  await using stage = await CommandTrial.open();
  const info = await stage.ended({ argv: ["touch", "begun"], ...args });
  expect(info.error).toMatch(why);
  expect(() => stage.read("begun")).toThrow("ENOENT");
});

test.each([
  [{ argv: [] }, "Parameter 'argv'"],
  [{ argv: "true" }, "Invalid parameter type for 'argv', expected: array"],
  [{ argv: ["true"], progress: "rsnc" }, "Parameter 'progress'"],
  [{ argv: ["true"], progress: "(?<total>x)" }, "Parameter 'progress'"],
  [{ argv: ["true"], complete: "SIGKILL" }, "Parameter 'complete' does not accept"],
  [{ argv: ["true"], env: { "A-B": "1" } }, "Parameter 'env.A-B'"],
  [{ argv: ["true"], graceMs: -1 }, "Parameter 'graceMs': expected at least 0"],
])("%j is refused at its creation", async (args, why) => {
  await using stage = await CommandTrial.open();
  await expect(stage.start(args as never)).rejects.toThrow(why);
});

test("a pattern that takes for ever is left alone, and the job goes on", async () => {
  await using stage = await CommandTrial.open();
  const line = `echo ${"a".repeat(60)}!; sleep 0.1; echo 5; sleep 0.1`;
  const info = await stage.ended({
    argv: ["sh", "-c", line],
    progress: "^(?<current>(a+)+|5)$",
    ready: "^never$",
  });
  expect([info.outcome, info["current-progress"]]).toEqual(["success", 0]);
  expect(stage.read(`logs/${info.uid}.log`)).toContain("the pattern of 'progress' takes for ever");
});

test("a program that closes its output early runs on", async () => {
  await using stage = await CommandTrial.open();
  const argv = ["sh", "-c", "exec >&- 2>&-; sleep 0.1; : > done"];
  expect((await stage.ended({ argv, progress: "dd" })).outcome).toBe("success");
  expect(stage.read("done")).toBe("");
});

test("a flood of 64 MB is read to its end, and leaves a bounded log", async () => {
  await using stage = await CommandTrial.open();
  const info = await stage.ended({ argv: ["head", "-c", "64000000", "/dev/zero"] });
  expect(info.outcome).toBe("success");
  expect(stage.bytes(`logs/${info.uid}.log`).length).toBeLessThanOrEqual(4 * 1024 ** 2);
});

test("binary output is kept as it is, and patterns bear it", async () => {
  await using stage = await CommandTrial.open();
  const line = String.raw`(head -c 200000 /dev/urandom; printf '\377\n\0 7%%\n') | tee copy`;
  const info = await stage.ended({
    argv: ["sh", "-c", line],
    progress: String.raw`(?<percent>\d)%$`,
  });
  expect([info.outcome, info["current-progress"]]).toEqual(["success", 7]);
  expect(stage.bytes(`logs/${info.uid}.log`).equals(stage.bytes("copy"))).toBe(true);
});

test("a log that cannot be written is said in the output, and is no failure", async () => {
  await using stage = await CommandTrial.open();
  process.env["JOBCHART_LOGS"] = "/dev/null/logs";
  const { outcome, uid } = await stage.ended({ argv: ["echo", "well"] });
  expect(outcome).toBe("success");
  const said = Buffer.from((await stage.system.output(uid))?.bytes ?? "", "base64").toString();
  expect(said).toMatch(/^jobchart: no log of it on this machine: ENOTDIR.*\nwell\n$/);
});
