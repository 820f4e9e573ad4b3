/** The house, held: who imports whom, how long a file is, what it is called, where clocks are. */
import { describe, expect, test } from "vitest";
import {
  bannedNames,
  bannedWords,
  circleIn,
  codeLines,
  importsOf,
  isTest,
  linesMax,
  mayImport,
  sourcesOf,
  testsMayImport,
  worldly,
  type Source,
} from "./tidy.ts";

const root = new URL("..", import.meta.url).pathname;
const sources = sourcesOf(root);

/** Each offending place as file:line, with what is wrong there. */
function inLines(wrong: RegExp, { path, text }: Source): readonly string[] {
  return codeLines(text).flatMap((line, index) => {
    const found = wrong.exec(line)?.[0];
    return found === undefined ? [] : [`${path}:${index + 1} ${found}`];
  });
}

function strangers(source: Source): readonly string[] {
  const [home = ""] = source.path.split("/");
  const allowed = mayImport[home] ?? [];
  const all = isTest(source.path) ? [...allowed, ...testsMayImport] : allowed;
  return importsOf(source)
    .filter(({ path }) => path !== home && !path.startsWith(`${home}/`))
    .filter(
      ({ path }) =>
        !all.some((each) => path === each || (each.endsWith("/") && path.startsWith(each))),
    )
    .map(({ line, path }) => `${source.path}:${line} imports ${path}`);
}

describe("every file", () => {
  test("is found", () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  test("imports only what its folder may import", () => {
    expect(sources.flatMap(strangers)).toEqual([]);
  });

  test("lies in a folder whose imports are known", () => {
    const homes = sources.map(({ path }) => path.split("/")[0] ?? "");
    const configured = homes.filter((home) => !(home in mayImport) && !home.endsWith(".config.ts"));
    expect([...new Set(configured)]).toEqual([]);
  });

  test("is at most 300 lines long", () => {
    const long = sources.filter(({ text }) => text.trimEnd().split("\n").length > linesMax);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  test("but tests, whose names say it, opens with what it is", () => {
    const said = sources.filter(({ path }) => !isTest(path) && !path.endsWith(".config.ts"));
    const bare = said.filter(({ text }) => !/^(?:#!.*\n)?\/\*\*/.test(text));
    expect(bare.map(({ path }) => path)).toEqual([]);
  });

  test("is named by an idea, and names its things so", () => {
    const bad = sources.filter(({ path }) => bannedWords.test(path.split("/").at(-1) ?? ""));
    expect(bad.map(({ path }) => path)).toEqual([]);
    expect(sources.flatMap((source) => inLines(bannedNames, source))).toEqual([]);
  });

  test("but the world, tests and bench takes time and chance from the World alone", () => {
    const held = sources.filter(
      ({ path }) =>
        path !== "bus/world.ts" && !isTest(path) && !/^(?:bench|properties\/tidy)/.test(path),
    );
    expect(held.flatMap((source) => inLines(worldly, source))).toEqual([]);
  });

  test("imports in no circle", () => {
    const imports = new Map(
      sources.map((source) => [source.path, importsOf(source).map(({ path }) => path)]),
    );
    expect(circleIn(imports)).toEqual([]);
  });
});

describe("the tidy checks see what they are for", () => {
  const source = {
    path: "machines/a.ts",
    text: '/** a */\nimport { b } from "../bus/b.ts";\nconst at = Date.now(); // new Date()\n',
  };

  test("a stranger's import, with its place", () => {
    expect(strangers(source)).toEqual(["machines/a.ts:2 imports bus/b.ts"]);
    expect(strangers({ ...source, path: "actors/a.ts" })).toEqual([]);
  });

  test("a clock in the code, but not in a comment", () => {
    expect(inLines(worldly, source)).toEqual(["machines/a.ts:3 Date.now"]);
    expect(inLines(worldly, { ...source, text: "/* Date.now() */" })).toEqual([]);
  });

  test.each([
    ["Date()", "new Date;", "Date.now()", "new Date()"],
    ["setTimeout(f)", "scheduler.wait(5)", "AbortSignal.timeout(5)", "Atomics.wait(a)"],
    ["process.hrtime()", "hrtime.bigint()", 'from "node:perf_hooks"', "process.uptime()"],
    ["Math.random()", "randomUUID()", "randomFillSync(b)", "crypto.getRandomValues(b)"],
  ])("%s and the like, by whatever name", (...ways) => {
    for (const text of ways) expect(inLines(worldly, { ...source, text })).toHaveLength(1);
    for (const text of ["new Date(at)", "Date.UTC(2026)", "isDate(at)", "Date.parse(text)"]) {
      expect(inLines(worldly, { ...source, text })).toEqual([]);
    }
  });

  test("a banned name, in a path or in the code", () => {
    expect(["bus/file-utils.ts", "bus/types.ts"].every((path) => bannedWords.test(path))).toBe(
      true,
    );
    expect(bannedWords.test("bus/commons.ts")).toBe(false);
    expect(
      inLines(bannedNames, { ...source, text: "class Job".concat("Manager {}") }),
    ).toHaveLength(1);
  });

  test("a circle, however long", () => {
    const ring = new Map([
      ["a", ["b"]],
      ["b", ["c", "d"]],
      ["c", []],
      ["d", ["b"]],
    ]);
    expect(circleIn(ring)).toEqual(["b", "d", "b"]);
    expect(circleIn(new Map([["a", ["b"]]]))).toEqual([]);
  });
});
