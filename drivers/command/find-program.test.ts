import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
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
