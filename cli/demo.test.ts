/** The demo, on a small folder of its own: it tells the whole story, and what it offers works. */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { TrialFolder } from "./trial-folder.ts";

const run = promisify(execFile);

test("backs up a folder as one transaction, and offers commands that can be pasted", async () => {
  using folder = new TrialFolder();
  const cwd = folder.path;
  for (const entry of ["letters", "photos", "taxes"]) {
    mkdirSync(join(cwd, "home", entry), { recursive: true });
    for (let page = 0; page < 4; page += 1) {
      writeFileSync(join(cwd, "home", entry, `${page}`), Buffer.alloc(600_000, entry));
    }
  }
  const { stdout } = await folder.run("demo", "home");

  const output = /^The copies are in (.*)$/m.exec(stdout)?.[1] ?? "";
  onTestFinished(() => rmSync(output, { recursive: true }));
  expect(readFileSync(join(output, "photos", "3"))).toEqual(Buffer.alloc(600_000, "photos"));

  const story = [
    "copy jobs, one transaction",
    " pause demo-",
    ": paused",
    " set-speed demo-",
    ": waiting for demo-",
    "the others have done their work",
    " resume demo-",
    ": pending: to be finalized",
    " finalize demo-",
    ": success in ",
    "The jobs, as",
    "The life of demo-",
    "The recorded history, checked",
    "Try next",
  ];
  const places = story.map((line) => stdout.indexOf(line));
  expect(places).not.toContain(-1);
  expect(places.toSorted((a, b) => a - b)).toEqual(places);
  expect(stdout.match(/^✓ /gm)).toHaveLength(3);

  const offered =
    stdout.slice(stdout.indexOf("Try next")).match(/^.*jobchart\.js.*?(?= {2})/gm) ?? [];
  expect(offered.map((command) => /jobchart\.js'? (\S+)/.exec(command)?.[1])).toEqual([
    "ls",
    "history",
    "show",
    "export",
    "doctor",
    "dismiss",
  ]);
  for (const command of offered) {
    const pasted = await run("sh", ["-c", command], { cwd });
    expect(pasted.stdout).not.toBe("");
  }
});
