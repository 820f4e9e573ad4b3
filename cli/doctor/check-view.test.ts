import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { TrialFolder } from "../trial-folder.ts";

test.each([
  [
    "says something else",
    '"endedAt"',
    '"endedAu"',
    /job one: ended-at: the log says ".*", the view null/,
  ],
  ["cannot be read", '"endedAt"', '"endedAt', /the view: cannot be read: /],
])(
  "the doctor finds a view that %s, and says how it is built again",
  async (_what, was, is, said) => {
    using folder = new TrialFolder();
    folder.file("source", 10);
    await folder.run("run", "copy", "source", "target", "--id", "one");
    await folder.run("ls");
    expect((await folder.run("doctor")).code).toBe(0);
    const names = readdirSync(join(folder.path, ".jobchart"));
    const scratch = names.find((name) => /scratch-[^-]+$/.test(name)) ?? "";
    using database = new DatabaseSync(join(folder.path, ".jobchart", scratch));
    database.prepare("UPDATE shelf_row SET text = replace(text, ?, ?)").run(was, is);
    const { code, stdout } = await folder.run("doctor");
    expect(stdout).toMatch(said);
    expect(stdout).toContain("remove its scratch file");
    expect(code).toBe(1);
  },
);
