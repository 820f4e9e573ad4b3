import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Call } from "./call.ts";
import { TrialFolder, type Ended } from "./trial-folder.ts";

const secret = "xyzzy";

/** Runs a command, and sees to it that it tells no secret. */
async function run(folder: TrialFolder, ...words: readonly string[]): Promise<Ended> {
  const ended = await folder.run(...words);
  expect(ended.stdout + ended.stderr).not.toContain(secret);
  return ended;
}

describe("a fleet that cannot be reached", () => {
  test.concurrent.each([
    [["ls"]],
    [["watch"]],
    [["show", "a"]],
    [["run", "copy", "a", "b"]],
    [["worker"]],
  ])("ends %j with 4 and one line", async (words) => {
    using folder = new TrialFolder();
    const bus = ["--bus", `nats://ann:${secret}@127.0.0.1:1`];
    expect(await run(folder, ...words, ...bus)).toEqual({
      code: 4,
      stdout: "",
      stderr:
        "jobchart: cannot reach nats://127.0.0.1:1: connection refused; is it running? " +
        "'jobchart serve --with-nats' starts one\n",
    });
  });

  test.concurrent("is told as JSON to who wants that", async () => {
    using folder = new TrialFolder();
    const { code, stderr } = await run(folder, "ls", "--json", "--bus", `nats://${secret}@[::1]:1`);
    expect(code).toBe(4);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: "unavailable", message: expect.stringMatching(/^cannot reach nats:/) },
    });
  });
});

test.concurrent("a fleet is named by the environment, a context, the selected one, and its prefix", async () => {
  using folder = new TrialFolder();
  folder.file("config/nats/context/mine.json", '{ "url": "nats://127.0.0.1:1" }');
  folder.file("config/nats/context.txt", "mine");
  using set = new TrialFolder({
    XDG_CONFIG_HOME: `${folder.path}/config`,
    JOBCHART_BUS: `nats://ann:${secret}@127.0.0.1:2`,
  });
  const reach = async (...words: readonly string[]): Promise<string | undefined> => {
    const { stderr } = await run(set, "ls", ...words);
    return /cannot reach (\S+):/.exec(stderr)?.[1];
  };
  expect(await reach()).toBe("nats://127.0.0.1:2");
  expect(await reach("--prefix", "acme")).toBe("nats://127.0.0.1:2?prefix=acme");
  expect(await reach("--context", "mine", "--prefix", "a.b")).toBe("nats://127.0.0.1:1?prefix=a.b");
  expect(await reach("--bus", "nats:")).toBe("nats://127.0.0.1:1");
});

describe("options for a fleet", () => {
  test.concurrent.each([
    [["ls", "--bus", "nats://h", "--context", "mine"], "--bus and --context both name a bus"],
    [
      ["ls", "--bus", "jobs.db", "--prefix", "p"],
      "--prefix is for a bus on NATS, and not for jobs.db",
    ],
    [["ls", "--bus", "nats://h?prefix=a", "--prefix", "b"], "--bus has one already"],
    [["ls", "--bus", `nats://a:${secret}@h:x`], "nats://h:x: a server is not host:port"],
    [
      ["ls", "--bus", `nats://a:${secret}@h?x=1`],
      'nats://h?x=1: unknown setting "x"; known: prefix',
    ],
    [["ls", "--bus", "nats://h", "--prefix", "a b"], 'prefix "a b" is not made of letters'],
    [["ls", "--bus", "nats:"], "no server is named, and"],
    [["ls", `nats://a:${secret}@h`], "Unexpected word 'nats://h'"],
    [[`nats://a:${secret}@h`, "ls"], "Unknown command 'nats://h'"],
    [["ls", "--prefix", "p", "--bus", `nat://a:${secret}@h`], "and not for nat://h"],
    [["ls", "--context", "mine"], "no context 'mine' in"],
    [["ls", "--bus", "nats://h?creds=/none"], "/none: the credentials cannot be read"],
  ])("%j is refused with 2", async (words, why) => {
    using folder = new TrialFolder({ XDG_CONFIG_HOME: "/nowhere" });
    const { code, stderr } = await run(folder, ...words);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(why) });
  });

  test.each([
    [{ bus: `nats://ann:${secret}@h` }, "--bus nats://h ls"],
    [{ bus: "file:/home/a@b/c.db" }, "--bus file:/home/a@b/c.db ls"],
    [{ context: "mine", prefix: "acme" }, "--context mine --prefix acme ls"],
    [{}, "ls"],
  ])("%j are named in what people are told to type, as far as all may see it", (given, words) => {
    const options = new Map(Object.entries(given).map(([name, value]) => [name, [value]]));
    expect(new Call({ words: [], options }).hint("ls")).toMatch(new RegExp(` ${words}$`));
  });
});

test.runIf(process.platform === "linux")(
  "a password on the command line is soon hidden from all who look at processes",
  async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const program = fileURLToPath(new URL("../bin/jobchart.js", import.meta.url));
    const words = ["ls", "--json", `--bus=nats://ann:${secret}@127.0.0.1:${port}`];
    const child = spawn(process.execPath, [program, ...words], { stdio: "ignore" });
    try {
      await once(server, "connection");
      const shown = readFileSync(`/proc/${child.pid}/cmdline`, "utf8").replaceAll("\0", "");
      expect(shown).toBe(`jobchart ls --json --bus=nats://127.0.0.1:${port}`);
    } finally {
      child.kill("SIGKILL");
      server.close();
    }
  },
);
