import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { freshFolder } from "../../contract/fresh-folder.ts";
import { isNewEnough } from "../server-version.ts";
import { findServer } from "./find-server.ts";

afterEach(() => vi.unstubAllEnvs());

/** A stand-in that says which version it is. */
function server(version: string): { readonly folder: string; readonly file: string } {
  const folder = freshFolder();
  const file = join(folder, "nats-server");
  writeFileSync(file, `#!/bin/sh\necho nats-server: v${version}\n`);
  chmodSync(file, 0o755);
  return { folder, file };
}

test("the first nats-server on PATH that is new enough is found", () => {
  vi.stubEnv("JOBCHART_NATS_SERVER", "");
  const [old, good, better] = [server("2.9.10"), server("2.11.0"), server("2.15.1")];
  vi.stubEnv("PATH", `:${old.folder}:${good.folder}:${better.folder}`);
  expect(findServer()).toBe(good.file);
});

test("the one that is named is taken, or refused with what is wrong and how to get one", () => {
  const named = server("2.12.0");
  vi.stubEnv("JOBCHART_NATS_SERVER", named.file);
  expect(findServer()).toBe(named.file);
  const old = server("2.10.29");
  vi.stubEnv("JOBCHART_NATS_SERVER", old.file);
  expect(() => findServer()).toThrow(
    expect.objectContaining({
      code: "foreign",
      message:
        `no nats-server found that will do: ${old.file} is 2.10.29; put one (2.11.0 or newer, ` +
        "https://nats.io/download) on PATH, or name it in $JOBCHART_NATS_SERVER",
    }),
  );
  vi.stubEnv("JOBCHART_NATS_SERVER", "/none");
  const missing = { code: "missing", message: expect.stringContaining("/none does not run;") };
  expect(() => findServer()).toThrow(expect.objectContaining(missing));
});

test.each([
  ["2.11.0", true],
  ["2.11.0-preview.1", true],
  ["3.0.0", true],
  ["2.10.29", false],
  ["1.99.0", false],
  ["", false],
])("%j is new enough: %s", (version, isEnough) => {
  expect(isNewEnough(version)).toBe(isEnough);
});
