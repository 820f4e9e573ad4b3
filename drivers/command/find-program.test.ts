import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { expectAllowed } from "./allowance.ts";
import { findProgram } from "./find-program.ts";

const root = mkdtempSync(join(tmpdir(), "jobchart-find-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const [bin, other] = [join(root, "bin"), join(root, "other")];
for (const folder of [bin, other, join(other, "tool")]) mkdirSync(folder);
writeFileSync(join(bin, "tool"), "#!/bin/sh\n");
writeFileSync(join(bin, "plain"), "no program");
chmodSync(join(bin, "tool"), 0o755);

function find(name: string, PATH = `${other}:${bin}`, cwd = root): Promise<string> {
  return findProgram({ argv: [name], cwd, env: { PATH } });
}

test("a name is looked for in the folders of PATH, past what is no program", async () => {
  expect(await find("tool")).toBe(join(bin, "tool"));
  expect(await find("tool", "bin")).toBe(join(bin, "tool"));
  expect(await findProgram({ argv: ["sh"], cwd: root, env: {} })).toMatch(/bin\/sh$/);
});

test("a path is taken from where the program is to be started", async () => {
  expect(await find("./bin/tool")).toBe(join(bin, "tool"));
  expect(await find("./tool", "", bin)).toBe(join(bin, "tool"));
});

test.each([
  ["absent", /there is no program 'absent' in PATH/],
  ["./absent", /the program '.*\/absent' does not exist on this machine/],
  ["plain", /'.*\/bin\/plain' may not be executed; 'chmod \+x'/],
  ["./bin", /no program, but a folder/],
  ["./bin/tool/x", /does not exist/],
  ["", /the first of argv is the program, and it is empty/],
])("'%s' is refused", async (name, why) => {
  await expect(find(name)).rejects.toThrow(why);
});

test("a folder that is none is refused first", async () => {
  await expect(find("tool", bin, join(root, "gone"))).rejects.toThrow(
    /the folder '.*gone' does not/,
  );
  await expect(find("tool", bin, join(bin, "tool"))).rejects.toThrow(/no folder to start/);
});

function allows(name: string, path: string, patterns: readonly string[], env = {}): boolean {
  try {
    expectAllowed({ argv: [name], env }, path, patterns);
    return true;
  } catch {
    return false;
  }
}

test("a pattern without a slash is held against a name, one with a slash against the path", () => {
  expect(allows("rsync", "/usr/bin/rsync", ["dd", "rs*"])).toBe(true);
  expect(allows("rsync", "/usr/bin/rsync", ["/usr/bin/*"])).toBe(true);
  expect(allows("./rsync", "/home/eve/rsync", ["rsync"])).toBe(false);
  expect(allows("/usr/bin/rsync", "/usr/bin/rsync", ["rsync"])).toBe(false);
  expect(allows("rm", "/usr/bin/rm", ["rsync", "/usr/local/bin/*"])).toBe(false);
});

test("a name means nothing where the job says where names are looked for", () => {
  const env = { PATH: "/home/eve" };
  expect(allows("rsync", "/home/eve/rsync", ["rsync"], env)).toBe(false);
  expect(() => expectAllowed({ argv: ["rsync"], env }, "/home/eve/rsync", ["rsync"])).toThrow(
    "does not run 'rsync' ('/home/eve/rsync'): it takes rsync (--allow-command); where a job sets",
  );
});
