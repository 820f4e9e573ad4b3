import { fc } from "@fast-check/vitest";
import { headers as newHeaders, type Msg } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import type { Headers } from "../bus.ts";
import { Parts, partsOf } from "./message-parts.ts";

function received(data: Uint8Array, fields: Headers): Msg {
  const headers = newHeaders();
  for (const [name, text] of Object.entries(fields)) headers.set(name, text);
  return { data, headers } as Msg;
}

test("a reply is put together from its parts, however they come", () => {
  const text = fc.string({ unit: "grapheme" });
  const headers = { a: "b" };
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 9 }), fc.nat(), (data, sizeBytesMax, seed) => {
      const parts = partsOf({ data, headers }, sizeBytesMax);
      const from = seed % parts.length;
      const together = new Parts();
      const whole = [...parts.slice(from), ...parts.slice(0, from)].map((part) => {
        expect(part.data.length).toBeLessThanOrEqual(sizeBytesMax);
        return together.add(received(part.data, part.headers));
      });
      expect(whole.pop()).toEqual({ data, headers });
      expect(whole.every((early) => early === undefined)).toBe(true);
    }),
  );
});

test("a part that does not say which it is never completes a reply", () => {
  const together = new Parts();
  for (const place of ["", "x/y", "1/2", "7/0", "0/1", "3/2", "-1/2"]) {
    expect(together.add(received(Buffer.from("a"), { "Job-Part": place }))).toBeUndefined();
  }
});
