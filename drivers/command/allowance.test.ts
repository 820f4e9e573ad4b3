/** Which programs a worker takes: by their names, and by where they lie. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isAllowed } from "./allowance.ts";

const root = mkdtempSync(join(tmpdir(), "jobchart-allow-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const bin = join(root, "bin");
mkdirSync(bin);
writeFileSync(join(bin, "tool"), "#!/bin/sh\n");
chmodSync(join(bin, "tool"), 0o755);

test.each([
  ["sh", ["dd", "s*"], true],
  ["sh", ["/bin/*", "/usr/bin/*"], true],
  ["sh", ["dd", "/usr/local/lib/*"], false],
  ["./tool", ["tool"], false],
  ["./tool", [`${bin}/*`], true],
  ["../bin/tool", [`${bin}/tool`], true],
  ["./absent", [`${bin}/*`], true],
  ["absent", ["absent"], true],
  ["absent", [`${bin}/*`, "/**"], false],
])("of '%s' the patterns %j say %s", async (name, patterns, is) => {
  expect(await isAllowed({ argv: [name], cwd: bin }, patterns)).toBe(is);
});

test("a name means nothing where the job says where names are looked for", async () => {
  const args = { argv: ["tool"], env: { PATH: bin } };
  expect(await isAllowed(args, ["tool"])).toBe(false);
  expect(await isAllowed(args, [`${bin}/*`])).toBe(true);
});
