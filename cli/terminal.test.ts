import { expect, test } from "vitest";
import { TrialFolder } from "./trial-folder.ts";

test.concurrent("on a terminal a run draws a bar, and the lists are tables for people", async () => {
  using folder = new TrialFolder();
  folder.file("source", 3_000_000);
  const run = await folder.onTerminal(
    "run",
    "copy",
    "source",
    "t1",
    "--id",
    "one",
    "--speed",
    "9M",
  );
  expect(run).toMatch(/one {2}\[█+·+\] {2,}\d+ % of 2.9 MiB/);
  expect(run).toMatch(/one: success in .*\n$/);
  await Promise.all([
    folder.run("run", "copy", "none", "t2", "--id", "two", "--dismiss", "manual"),
    folder.run("run", "copy", "none", "t2", "--id", "three"),
    folder.run(
      "run",
      "copy",
      "source",
      "t3",
      "--id",
      "four",
      "--detach",
      "--hold",
      "--note",
      "soon",
    ),
  ]);
  const [ls, history, none] = await Promise.all([
    folder.onTerminal("ls"),
    folder.onTerminal("history", "one"),
    folder.onTerminal("ls", "--type", "backup"),
  ]);
  const [listed = "", ended = ""] = ls.split("── ended lately ──");
  expect(listed).toMatch(/^ID +TYPE +STATUS +PROGRESS +RATE +AGE +NOTE\n/);
  expect(listed).toMatch(/four +copy +created: to be started .* soon\n/);
  expect(listed).toMatch(/two +copy +failed, to be dismissed .* the source ".*none" does not/);
  expect(ended).toMatch(/three +copy +failed/);
  expect(ended).toMatch(/one +copy +success .* ago +took/);
  expect(history).toMatch(/one +created → running: claimed by run-\d+ on \S+, epoch 1/);
  expect(none).toContain(`no jobs on file:${folder.path}/.jobchart/jobs.db`);
});

test.concurrent("the past is shown as it was, ages and last events too", async () => {
  using folder = new TrialFolder();
  folder.file("source", 10);
  await folder.run("run", "copy", "source", "target", "--id", "one");
  const [ls, show] = await Promise.all([
    folder.onTerminal("ls", "--at", "1"),
    folder.onTerminal("show", "one", "--at", "1"),
  ]);
  expect(ls).toMatch(/one +copy +running +0 ms/);
  const [sheet = "", events = ""] = show.split("last events");
  expect(sheet).toMatch(/copy {2}running/);
  expect(events).toContain("created");
  expect(events).not.toContain("concluded");
});

test.concurrent("what others wrote cannot steer the terminal", async () => {
  using folder = new TrialFolder();
  const note = "a\u{1b}]0;title\u{7}b\nc";
  folder.file("source", 10);
  await folder.run(
    "run",
    "copy",
    "source",
    "t",
    "--hold",
    "--detach",
    "--id",
    "one",
    "--note",
    note,
  );
  const { stdout } = await folder.run("show", "one");
  expect(stdout).toContain("a ]0;title b c");
});
