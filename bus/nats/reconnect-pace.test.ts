import { expect, test } from "vitest";
import { realWorld } from "../world.ts";
import { reconnectPace, type ReconnectPace } from "./reconnect-pace.ts";

function waitsMs({ options }: ReconnectPace, servers: number, tries: number): readonly number[] {
  return Array.from({ length: tries }, () => {
    options.reconnectToServer(Array.from({ length: servers }), null);
    expect(options.reconnectDelayHandler()).toBe(options.reconnectDelayHandler());
    return options.reconnectDelayHandler();
  });
}

test("a lost server is tried again ever later, until all are 5 s apart", () => {
  const pace = reconnectPace({ ...realWorld, random: () => 0 });
  const all = [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000];
  expect(waitsMs(pace, 1, 8)).toEqual(all);
  pace.reset();
  expect(waitsMs(pace, 1, 8)).toEqual(all);
});

test("of several, each is tried before the first is again", () => {
  const pace = reconnectPace({ ...realWorld, random: () => 0 });
  expect(waitsMs(pace, 3, 7)).toEqual([100, 100, 100, 200, 200, 200, 400]);
});

test("no two clients come back at the same time", () => {
  const pace = reconnectPace({ ...realWorld, random: () => 0.999 });
  expect(waitsMs(pace, 1, 2).map(Math.round)).toEqual([50, 100]);
});
