import { describe, expect, test } from "vitest";
import { explore } from "./explore.ts";
import type { By, Space } from "./space.ts";

interface Arrow {
  readonly name: string;
  readonly to: string;
  readonly by?: By;
  readonly agent?: number;
  readonly breaks?: string;
}

/** A space drawn by hand: from each place its arrows; `end` is the end, `rest…` may rest. */
function drawn(
  places: Readonly<Record<string, readonly Arrow[]>>,
  isOwed: (place: string) => boolean = () => false,
): Space<string, Arrow> {
  return {
    roots: ["start"],
    messages: (place) => places[place] ?? [],
    step: (place, { to, breaks }) => ({
      next: to === place ? place : to,
      broken: breaks === undefined ? [] : [{ id: breaks, text: `${breaks} is broken` }],
    }),
    key: (place) => place,
    by: ({ by = "system" }) => by,
    rest: (place) => (place.startsWith("rest") ? "a user" : undefined),
    isEnd: (place) => place === "end",
    debts: [{ id: "D1", text: "D1 it comes", isOwed }],
    agent: ({ agent = 0 }) => agent,
  };
}

function go(name: string, to: string, more: Partial<Arrow> = {}): Arrow {
  return { name, to, ...more };
}

function said(sequence: readonly Arrow[] | undefined): string | undefined {
  return sequence?.map(({ name }) => name).join(" ");
}

describe("an exploration", () => {
  test("counts states and the steps between them, not those that change nothing", () => {
    const space = drawn({
      start: [go("a", "left"), go("b", "right"), go("nothing", "start")],
      left: [go("c", "end")],
      right: [go("d", "end")],
    });
    expect(explore(space)).toEqual({
      states: 4,
      transitions: 4,
      depth: 2,
      violations: [],
      isComplete: true,
    });
  });

  test("shows what is broken by the shortest sequence", () => {
    const space = drawn({
      start: [go("a", "left"), go("b", "right")],
      left: [go("c", "far")],
      far: [go("d", "end", { breaks: "S1" })],
      right: [go("e", "end", { breaks: "S1" }), go("f", "end")],
    });
    const { violations } = explore(space);
    expect(violations.map(({ id, sequence }) => `${id}: ${said(sequence)}`)).toEqual(["S1: b e"]);
  });

  test("does not walk behind what is broken", () => {
    const space = drawn({
      start: [go("a", "end"), go("b", "behind", { breaks: "S1" })],
      behind: [go("c", "end", { breaks: "S2" })],
    });
    expect(explore(space).violations.map(({ id }) => id)).toEqual(["S1"]);
  });

  test("stops at the first violation when it is asked to", () => {
    const space = drawn({
      start: [go("a", "end", { breaks: "S1" }), go("b", "end", { breaks: "S2" })],
    });
    const { violations, isComplete } = explore(space, { bail: true });
    expect(violations.map(({ id }) => id)).toEqual(["S1"]);
    expect(isComplete).toBe(false);
  });

  test("stops at so many states, and says that it is not complete", () => {
    const endless: Space<number, number> = {
      roots: [0],
      messages: () => [1],
      by: () => "user",
      rest: () => "a user",
      step: (count, more) => ({ next: count + more, broken: [] }),
      key: String,
      isEnd: () => false,
    };
    const { states, violations, isComplete } = explore(endless, { statesMax: 50 });
    expect({ states, violations, isComplete }).toEqual({
      states: 50,
      violations: [],
      isComplete: false,
    });
  });

  test("tells of every state and step", () => {
    const seen: string[] = [];
    const space = drawn({ start: [go("a", "end"), go("b", "start")] });
    explore(space, {
      onState: (place) => seen.push(place),
      onStep: (from, { name }, to) => seen.push(`${from} ${name} ${to}`),
    });
    expect(seen).toEqual(["start", "start a end", "end", "start b start"]);
  });
});

describe("in the end", () => {
  test("E1: the system may not go in a circle by itself", () => {
    const space = drawn({
      start: [go("in", "one")],
      one: [go("there", "two")],
      two: [go("back", "one"), go("out", "end")],
    });
    const [found] = explore(space).violations;
    expect(found?.id).toBe("E1");
    expect([said(found?.sequence), said(found?.loop)]).toEqual(["in", "there back"]);
  });

  test("E1: a user may", () => {
    const space = drawn({
      start: [go("pause", "rest", { by: "user" }), go("end", "end")],
      rest: [go("resume", "start", { by: "user" })],
    });
    expect(explore(space).violations).toEqual([]);
  });

  test("E2: where only a user or a fault moves, somebody must be waited for", () => {
    const space = drawn({
      start: [go("a", "stuck"), go("b", "rest here")],
      stuck: [go("luck", "end", { by: "fault" }), go("help", "end", { by: "user" })],
      "rest here": [go("help", "end", { by: "user" })],
    });
    const [found, ...others] = explore(space).violations;
    expect([found?.id, said(found?.sequence)]).toEqual(["E2", "a"]);
    expect(others).toEqual([]);
  });

  test("E3: the end must be in reach, and a fault is no way to it", () => {
    const space = drawn({
      start: [go("a", "rest", { by: "user" }), go("b", "end")],
      rest: [go("luck", "end", { by: "fault" })],
    });
    const [found, ...others] = explore(space).violations;
    expect([found?.id, said(found?.sequence)]).toEqual(["E3", "a"]);
    expect(others).toEqual([]);
  });
});

function owing(place: string): boolean {
  return place.endsWith("owing");
}

describe("a debt", () => {
  test("is unpaid where all may rest while it is owed", () => {
    const space = drawn(
      {
        start: [go("ask", "rest owing")],
        "rest owing": [go("help", "end", { by: "user" })],
      },
      owing,
    );
    const [found] = explore(space).violations;
    expect([found?.id, said(found?.sequence)]).toEqual(["D1", "ask"]);
  });

  test("is unpaid when a circle that is fair owes it all the way", () => {
    const space = drawn(
      {
        start: [go("ask", "owing")],
        owing: [go("up", "up owing", { by: "user" }), go("pay", "end")],
        "up owing": [go("down", "owing", { agent: 1 })],
      },
      owing,
    );
    const [found] = explore(space).violations;
    expect([found?.id, said(found?.sequence), said(found?.loop)]).toEqual(["D1", "ask", "up down"]);
  });

  test("is paid when an agent that can pay all round the circle is kept waiting by others", () => {
    const space = drawn(
      {
        start: [go("ask", "owing")],
        owing: [go("up", "up owing", { by: "user" }), go("pay", "end")],
        "up owing": [go("down", "owing", { by: "user" }), go("pay", "end")],
      },
      owing,
    );
    expect(explore(space).violations).toEqual([]);
  });

  test("is not for faults to put off: they are finite", () => {
    const space = drawn(
      {
        start: [go("ask", "owing")],
        owing: [go("up", "up owing", { by: "fault" }), go("pay", "end")],
        "up owing": [go("down", "owing", { agent: 1 })],
      },
      owing,
    );
    expect(explore(space).violations).toEqual([]);
  });
});
