/**
 * The tables, held against a literal copy of QEMU 10.0's (`job.c`: JobSTT, JobVerbTable), which is
 * written out here a second time on purpose: a slip in status.ts cannot repeat itself here.
 */
import { describe, expect, test } from "vitest";
import { admits, isVerb, legalVerbs, mayFollow, statuses, verbNames, verbs } from "./status.ts";
import type { Status } from "./status.ts";

const letters: Readonly<Record<string, Status>> = {
  U: "undefined",
  C: "created",
  R: "running",
  P: "paused",
  Y: "ready",
  S: "standby",
  W: "waiting",
  D: "pending",
  X: "aborting",
  E: "concluded",
  N: "null",
};

const transitionTable = `
|   | U | C | R | P | Y | S | W | D | X | E | N |
| U | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
| C | 0 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 1 | 0 | 1 |
| R | 0 | 0 | 0 | 1 | 1 | 0 | 1 | 0 | 1 | 0 | 0 |
| P | 0 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
| Y | 0 | 0 | 0 | 0 | 0 | 1 | 1 | 0 | 1 | 0 | 0 |
| S | 0 | 0 | 0 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 |
| W | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1 | 1 | 0 | 0 |
| D | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1 | 1 | 0 |
| X | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1 | 1 | 0 |
| E | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1 |
| N | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |`;

const verbTable = `
| verb      | U | C | R | P | Y | S | W | D | X | E | N |
| cancel    | 0 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 0 | 0 | 0 |
| pause     | 0 | 1 | 1 | 1 | 1 | 1 | 0 | 0 | 0 | 0 | 0 |
| resume    | 0 | 1 | 1 | 1 | 1 | 1 | 0 | 0 | 0 | 0 | 0 |
| set-speed | 0 | 1 | 1 | 1 | 1 | 1 | 0 | 0 | 0 | 0 | 0 |
| complete  | 0 | 0 | 0 | 0 | 1 | 1 | 0 | 0 | 0 | 0 | 0 |
| finalize  | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1 | 0 | 0 | 0 |
| dismiss   | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1 | 0 |
| change    | 0 | 1 | 1 | 1 | 1 | 1 | 0 | 0 | 0 | 0 | 0 |`;

/** Ours: start lets a held job go, abandon gives up a finishing step that cannot be done. */
const ownVerbTable = `
| verb      | U | C | R | P | Y | S | W | D | X | E | N |
| start     | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
| abandon   | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1 | 1 | 0 | 0 |`;

interface Cell {
  readonly row: string;
  readonly column: Status;
  readonly legal: boolean;
}

function cellsOf(table: string): readonly Cell[] {
  const [head = [], ...rows] = table
    .trim()
    .split("\n")
    .map((line) => line.split("|").slice(1, -1));
  return rows.flatMap(([row = "", ...cells]) =>
    cells.map((cell, index) => {
      const column = letters[head[index + 1]?.trim() ?? ""];
      if (column === undefined) throw new Error(`no status in column ${index}`);
      return { row: row.trim(), column, legal: cell.trim() === "1" };
    }),
  );
}

test("the statuses are QEMU's eleven", () => {
  expect([...statuses]).toEqual(Object.values(letters));
});

describe("a status may follow another exactly as in QEMU", () => {
  test.each(cellsOf(transitionTable))("$row -> $column: $legal", ({ row, column, legal }) => {
    expect(mayFollow(letters[row] ?? "undefined", column)).toBe(legal);
  });
});

describe("a status admits a verb exactly as in QEMU, and our two beside", () => {
  const cells = [...cellsOf(verbTable), ...cellsOf(ownVerbTable)];
  test.each(cells)("$row in $column: $legal", ({ row, column, legal }) => {
    if (!isVerb(row)) throw new Error(`${row} is no verb`);
    expect(admits(column, row)).toBe(legal);
    expect(legalVerbs(column).includes(row)).toBe(legal);
  });

  test("there are no other verbs", () => {
    expect(new Set(verbNames)).toEqual(new Set(cells.map(({ row }) => row)));
    expect(isVerb("toString")).toBe(false);
    expect(Object.keys(verbs)).toHaveLength(10);
  });
});
