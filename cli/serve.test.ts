/** Starting a node, and a server for it, where that cannot be. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { freePort } from "../bus/nats/server/nats-server.ts";
import { testServer } from "../bus/nats/server/test-servers.ts";
import { describeWith, parts } from "../properties/parts.ts";
import { TrialFolder } from "./trial-folder.ts";

describe("serve", () => {
  const both = /--bus nats:\/\/HOST:PORT, or start one here with --with-nats/;
  test.concurrent.each([
    [["serve"], both],
    [["serve", "--bus", "file:a.db"], both],
    [["serve", "--port", "4444"], both],
    [["serve", "--data", "x"], both],
    [["serve", "--with-nats", "--port", "99999"], /--port: expected 1 to 65535, found 99999/],
    [["serve", "--with-nats", "--data", "file"], /--data: \S+file is no folder/],
    [["serve", "--with-nats", "--data", "file/x"], /--data: \S+x is no folder/],
  ])("%j is refused with 2, and leaves nothing behind", async (words, why) => {
    using folder = new TrialFolder();
    folder.file("file", 1);
    const { code, stdout, stderr } = await folder.run(...words);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(why),
    });
    expect(existsSync(join(folder.path, ".jobchart"))).toBe(false);
    expect(existsSync(join(folder.path, "a.db"))).toBe(false);
  });
});

describeWith(parts.nats, "serve with a server", () => {
  test.concurrent("is refused a folder that another one has, on whatever port", async () => {
    using folder = new TrialFolder();
    const [port, other] = [await freePort(), await freePort()];
    const first = folder.start("serve", "--with-nats", "--port", `${port}`, "--data", "d");
    await first.says("serving ");
    const configuration = readFileSync(join(folder.path, "d/server.conf"), "utf8");
    const words = ["serve", "--with-nats", "--port", `${other}`, "--data", "d"];
    const { code, stderr } = await folder.run(...words);
    expect(code).toBe(4);
    expect(stderr).toMatch(
      new RegExp(`/d is in use by the nats-server on port ${port} \\(pid \\d+\\)`),
    );
    expect(readFileSync(join(folder.path, "d/server.conf"), "utf8")).toBe(configuration);
    first.kill("SIGTERM");
    expect(await first.end()).toBe(0);
  });

  test.concurrent("has its folder again at once when it was killed", async () => {
    using folder = new TrialFolder();
    const words = ["serve", "--with-nats", "--port", `${await freePort()}`];
    const killed = folder.start(...words);
    await killed.says("serving ");
    killed.kill("SIGKILL");
    await killed.end();
    const again = folder.start(...words);
    await again.says("serving ");
    again.kill("SIGTERM");
    expect(await again.end()).toBe(0);
  });

  test.concurrent("who finds no fleet is told how to start it, as he named it", async () => {
    await using server = await testServer();
    using folder = new TrialFolder();
    const bus = `${server.url}?prefix=zzz`;
    const said = async (...words: readonly string[]): Promise<string> =>
      (await folder.run("ls", ...words)).stderr;
    expect(await said("--bus", bus)).toMatch(/which makes it: .*--bus 'nats:\S+zzz' serve\n$/);
    expect(await said("--bus", bus.replace("//", "//ann:xyzzy@"))).toMatch(
      /--bus 'nats:\/\/127\S+zzz' serve \(the user of that URL is left out here\)\n$/,
    );
    using set = new TrialFolder({ XDG_CONFIG_HOME: `${folder.path}/config` });
    folder.file("config/nats/context/mine.json", JSON.stringify({ url: server.url }));
    const { stderr } = await set.run("ls", "--context", "mine", "--prefix", "zzz");
    expect(stderr).toMatch(/: .* --context mine --prefix zzz serve\n$/);
  });
});
