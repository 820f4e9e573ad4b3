/** The sites: what the scanner finds in a text, and that it finds every guard and cell of ours. */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { statuses, transitions, verbs } from "../../machines/status.ts";
import { conditionSites } from "./conditions.ts";
import { applied } from "./site.ts";
import { allSites, machines } from "./sites.ts";
import { survivors, survivorsMax } from "./survivors.ts";
import { listSites } from "./table-sites.ts";

/** The mutants of a text, without the file's name and what they are in. */
function found(source: string): readonly string[] {
  return conditionSites("a.ts", source).map(({ id }) => id.replace(/^a\.ts:[^:]*: /, ""));
}

function mutants(source: string): readonly string[] {
  return conditionSites("a.ts", source).map(({ edit }) => applied(source, edit));
}

function isCode(text: string): boolean {
  try {
    return stripTypeScriptTypes(text) !== "";
  } catch {
    return false;
  }
}

describe("of a text the scanner finds", () => {
  test("what is asked by if, while and ?:, both ways", () => {
    expect(found("if (a) b();")).toEqual(["a → true", "a → false"]);
    expect(found("const x = a ? b : c;")).toEqual(["a → true", "a → false"]);
    expect(found("while (next());")).toEqual(["next() → false"]);
  });

  test("each operand, however deep, in the place where it is left out", () => {
    const source = "const x = a === 1 && (b || !(c && d));";
    expect(mutants(source)).toEqual([
      "const x = true;",
      "const x = false;",
      "const x = true && (b || !(c && d));",
      "const x = a === 1 && true;",
      "const x = a === 1 && (false || !(c && d));",
      "const x = a === 1 && (b || false);",
      "const x = a === 1 && (b || !(true && d));",
      "const x = a === 1 && (b || !(c && true));",
    ]);
  });

  test("the bounds of a comparison", () => {
    expect(found("const x = a >= b;")).toEqual(["a >= b → true", "a >= b → false", ">= → >"]);
  });

  test("what predicates return, by themselves and handed on", () => {
    expect(found("function f(a: string): boolean {\n  return g(a);\n}")).toHaveLength(2);
    expect(found("const x = list.filter((each) => each.ok);")).toHaveLength(2);
    expect(found("const x = list.every(isOk);")).toEqual([
      "isOk → () => true",
      "isOk → () => false",
    ]);
  });

  test("nothing in types, texts and comments", () => {
    const source = [
      'type A = B extends C ? "a && b" : D;',
      "// if (a) b ? c : d",
      'const x = "a && b";',
      "const y = `a ? b : c`;",
      "const z = /a ? b|[/]/;",
    ];
    expect(found(source.join("\n"))).toEqual([]);
  });

  test("statuses in lists that are asked about, and in no others", () => {
    const source = 'const a = ["waiting", "pending"].includes(b), c = ["waiting", "pending"];';
    expect(listSites("a.ts", source).map(({ id }) => id)).toEqual([
      'a.ts:"waiting", "pending" without "waiting"',
      'a.ts:"waiting", "pending" without "pending"',
    ]);
  });
});

describe("of our code", () => {
  const sites = allSites();
  const ids = sites.map(({ id }) => id);

  test("every mutant is told by its id, differs from the code, and can be read", () => {
    expect(new Set(ids).size).toBe(ids.length);
    const wrong = sites.filter(({ file, edit }) => {
      const source = readFileSync(join(machines, file), "utf8");
      const mutant = applied(source, edit);
      return mutant === source || !isCode(mutant);
    });
    expect(wrong).toEqual([]);
  });

  test("every cell of both tables is a site", () => {
    const cells = ids.filter((id) => /^status\.ts:(?:transitions|verbs) /.test(id));
    const rows = Object.keys(transitions).length + Object.keys(verbs).length;
    expect(cells).toHaveLength(rows * statuses.length);
  });

  test("every check of pause is a site, both ways, and its order", () => {
    expect(ids.filter((id) => id.startsWith("checks.ts:pause["))).toEqual([
      "checks.ts:pause[0] holds → true",
      "checks.ts:pause[0] holds → false",
      "checks.ts:pause[0] after [1]",
      "checks.ts:pause[1] holds → true",
      "checks.ts:pause[1] holds → false",
    ]);
  });

  test("every file that asks anything has sites", () => {
    expect(new Set(sites.map(({ file }) => file))).toEqual(
      new Set([
        "cascade.ts",
        "charts.ts",
        "checks.ts",
        "commit.ts",
        "creation.ts",
        "duty.ts",
        "effects.ts",
        "evolve.ts",
        "group.ts",
        "job-id.ts",
        "job.ts",
        "json.ts",
        "ledger.ts",
        "lifecycle.ts",
        "patch-schema.ts",
        "patch.ts",
        "prune.ts",
        "refusal.ts",
        "resources.ts",
        "status.ts",
      ]),
    );
  });

  test("the survivors are sites, argued, and few", () => {
    expect(ids).toEqual(expect.arrayContaining(Object.keys(survivors)));
    expect(Object.values(survivors).every((argument) => argument !== "")).toBe(true);
    expect(Object.keys(survivors).length).toBeLessThanOrEqual(survivorsMax);
  });
});
