import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openJobSystem } from "../../jobchart.ts";
import { commands } from "../commands.ts";
import { TrialFolder } from "../trial-folder.ts";
import { completeWords } from "./complete-words.ts";
import { scripts, shells } from "./scripts.ts";

/** What is offered for the words, joined. */
async function offered(...words: readonly string[]): Promise<string> {
  const found = await completeWords(words, commands);
  return found === "files" ? "files" : found.map(({ word }) => word).join(" ");
}

/** A folder with a bus of three jobs that wait to be started, of which `b` is paused. */
async function busWithJobs(): Promise<{ folder: TrialFolder; bus: string }> {
  const folder = new TrialFolder();
  const bus = `file:${join(folder.path, "jobs.db")}`;
  await using jobs = await openJobSystem({ bus, create: true });
  await jobs.declare([{ type: "render", description: "renders", args: {}, async run() {} }]);
  for (const id of ["a", "b", "ccc"]) await jobs.create({ id, type: "render", hold: true });
  await jobs.ask("pause", "b");
  return { folder, bus };
}

test("a command is completed, also after an option of every command, and after help", async () => {
  expect((await offered("")).split(" ")).toEqual([...Object.keys(commands), "help"]);
  expect(await offered("res")).toBe("resume restore");
  expect(await offered("--bus", "nats://n1", "--json", "dis")).toBe("dismiss");
  expect(await offered("help", "dis")).toBe("dismiss");
  expect(await offered("nonsense", "")).toBe("");
});

test("options are completed, those that were given no more, unless they may be repeated", async () => {
  expect(await offered("cancel", "--s")).toBe("--soft --status");
  expect(await offered("cancel", "--soft", "--s")).toBe("--status");
  expect(await offered("cancel", "--label", "a=b", "--la")).toBe("--label");
  expect(await offered("--ver")).toBe("--version");
});

test("values are completed where there are only some, however a shell parts the words", async () => {
  expect(await offered("ls", "--status", "pa")).toBe("paused");
  expect(await offered("ls", "--status=pa")).toBe("--status=paused");
  expect(await offered("ls", "--status", "=", "pa")).toBe("paused");
  expect(await offered("ls", "--status", "=")).toContain("created running paused");
  expect(await offered("run", "copy", "--on-error", "")).toBe("report ignore stop enospc auto");
  expect(await offered("run", "copy", "--id", "")).toBe("");
});

test("files are asked for where files belong", async () => {
  expect(await offered("run", "copy", "")).toBe("files");
  expect(await offered("run", "--args", "")).toBe("files");
  expect(await offered("run", "command", "--", "ls", "-")).toBe("files");
  expect(await offered("verify", "")).toBe("files");
  expect(await offered("doctor", "")).toBe("");
});

test("ids are those that the verb is open to, each once; types those of the bus too", async () => {
  const { folder, bus } = await busWithJobs();
  using _ = folder;
  expect(await offered("--bus", bus, "resume", "")).toBe("b");
  expect(await offered("pause", "--bus", bus, "")).toBe("ccc a");
  expect(await offered("pause", "--bus", bus, "a", "")).toBe("ccc");
  expect(await offered("start", "--note", "x", "--bus", bus, "c")).toBe("ccc");
  expect(await offered("dismiss", "--bus", bus, "")).toBe("");
  expect(await offered("set-speed", "--bus", bus, "a", "")).toBe("");
  expect(await offered("show", "--bus", bus, "")).toBe("ccc b a");
  expect(await offered("ls", "--bus", bus, "--type", "r")).toBe("render");
  expect(await completeWords(["run", "--bus", bus, "r"], commands)).toEqual([
    { word: "render", about: "renders" },
  ]);
  await using jobs = await openJobSystem({ bus });
  await jobs.ask("cancel", "a");
  expect(await completeWords(["rerun", "--bus", bus, "a"], commands)).toEqual([
    { word: "a", about: "render, cancelled" },
  ]);
  await jobs.create({ id: "a", type: "render", hold: true });
  expect(await completeWords(["rerun", "--bus", bus, "a"], commands)).toEqual([
    { word: "a", about: "render, created" },
  ]);
});

const greeting = 'INFO {"server_id":"s","version":"2.11.0","proto":1,"max_payload":1048576}\r\n';

test("a bus that is not there, or does not answer, has nothing to say", async () => {
  using folder = new TrialFolder();
  expect(await offered("--bus", `file:${folder.path}/none.db`, "resume", "")).toBe("");
  const silent = createServer();
  let heard = "";
  const sockets: Socket[] = [];
  silent.on("connection", (socket) => {
    sockets.push(socket);
    socket.on("data", (data) => (heard += data.toString()));
  });
  await once(silent.listen(0, "127.0.0.1"), "listening");
  const { port } = silent.address() as AddressInfo;
  expect(await offered("--bus", `nats://127.0.0.1:${port}`, "run", "co")).toBe("command copy");
  for (const socket of sockets) socket.write(greeting);
  await vi.waitFor(() => expect(heard, "the bus was not given up yet").toContain("CONNECT"));
  silent.close();
  for (const socket of sockets) socket.destroy();
});

test("bash completes what the program says, and its own files", async () => {
  const { folder, bus } = await busWithJobs();
  using _ = folder;
  folder.file("source", 1);
  folder.file("so far", 1);
  const { stdout, stderr } = await folder.shell(`
    eval "$(jobchart completion bash)"
    complete -p jobchart
    try() {
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
      _jobchart
      printf '<%s>' "\${COMPREPLY[@]}"
      echo
    }
    try jobchart --bus ${bus} resume ''
    try jobchart run copy so
    try jobchart ls --status = pa`);
  expect(stderr).toBe("");
  const [known, ids, files = "", values] = stdout.trim().split("\n");
  expect(known).toBe("complete -F _jobchart jobchart");
  expect(ids).toBe("<b>");
  expect(files.split(/(?<=>)/).toSorted()).toEqual(["<so far>", "<source>"]);
  expect(values).toBe("<paused>");
});

test("every shell's script asks the program, wherever that is", () => {
  for (const shell of shells) {
    expect(scripts[shell]("'/a b/node' x.js")).toContain("'/a b/node' x.js completion --words -- ");
  }
});
