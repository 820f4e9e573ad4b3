/** The throttle, by the numbers of QEMU's rule: slices of 100 ms, charged after the work. */
import { describe, expect, test } from "vitest";
import { Throttle } from "./throttle.ts";

const mib = 1024 * 1024;

describe("a throttle", () => {
  test("at speed 0 never rests", () => {
    expect(new Throttle(0).charge(1_000 * mib, 0)).toBe(0);
  });

  test("rests only once the slice's quota is used up, and then to the slice's end", () => {
    const throttle = new Throttle(1_000);
    expect(throttle.charge(99, 0)).toBe(0);
    expect(throttle.charge(1, 40)).toBe(60);
  });

  test("stretches a slice that was overdrawn", () => {
    const throttle = new Throttle(1_000);
    expect(throttle.charge(250, 0)).toBe(250);
    expect(throttle.charge(50, 100)).toBe(200);
  });

  test("begins a new slice, with nothing charged, when the last is over", () => {
    const throttle = new Throttle(1_000);
    throttle.charge(250, 0);
    expect(throttle.charge(99, 250)).toBe(0);
    expect(throttle.charge(99, 349)).toBe(250 + 198 - 349);
  });

  test("lets one whole chunk through at speed 1, and then rests practically for ever", () => {
    expect(new Throttle(1).charge(mib, 0)).toBe(mib * 100);
    expect(new Throttle(5).charge(1, 0)).toBe(100);
  });

  test("keeps to its speed in the long run, whatever the chunks", () => {
    for (const chunk of [1, 700, 64 * 1024, mib]) {
      const throttle = new Throttle(4 * mib);
      let [now, done] = [0, 0];
      while (now < 60_000) {
        done += chunk;
        now += 0.01 + throttle.charge(chunk, now + 0.01);
      }
      expect(done / (now / 1_000)).toBeLessThan(4 * mib * 1.01);
    }
  });

  test("keeps what was charged when its speed changes, and reckons anew", () => {
    const throttle = new Throttle(10);
    expect(throttle.charge(1_000, 0)).toBe(100_000);
    throttle.speed = 1_000;
    expect(throttle.charge(0, 200)).toBe(800);
    throttle.speed = 100_000;
    expect(throttle.charge(0, 200)).toBe(0);
  });
});
