import { expect, test } from "vitest";
import { draftGroup } from "./drafting.ts";
import type { Driver } from "./driver.ts";
import { accepted, Fleet } from "./fleet.ts";
import { isRefusal } from "./commands.ts";
import { tracedBy } from "./traceparent.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const parent = "00f067aa0ba902b7";

test.each(["00", "01", "fe"])("a traceparent of version %s is passed on as it is", (version) => {
  const traceparent = `${version}-${trace}-${parent}-01`;
  expect(tracedBy(traceparent)).toEqual({ traceparent });
});

test.each([
  undefined,
  "",
  "nonsense",
  `ff-${trace}-${parent}-01`,
  `00-${trace.toUpperCase()}-${parent}-01`,
  `00-${"0".repeat(32)}-${parent}-01`,
  `00-${trace}-${"0".repeat(16)}-01`,
  `00-${trace}-${parent}`,
  `00-${trace}-${parent}-01-more`,
  ` 00-${trace}-${parent}-01`,
  `00-${trace}-${parent}-01\n`,
])("%j is no traceparent, and is left out", (traceparent) => {
  expect(tracedBy(traceparent)).toEqual({});
});

test("a driver's run and steps are told of the trace of the creation, not of later requests", async () => {
  await using fleet = new Fleet();
  const told: (string | null)[] = [];
  const driver: Driver = {
    type: "work",
    args: {},
    run: async ({ traceparent }) => void told.push(traceparent),
    commit: async ({ traceparent }) => void told.push(traceparent),
  };
  const { registry, desk } = (await fleet.open("w1", [driver])).system;
  const asked = { id: "c1", by: "user@host", at: fleet.world.now() };
  const traceparent = `00-${trace}-${parent}-01`;
  const input = await draftGroup(
    { jobs: [{ type: "work", autoFinalize: false }] },
    { asked: { ...asked, traceparent }, claim: undefined, find: (type) => registry.find(type) },
  );
  if ("refused" in input) throw new Error(input.refused);
  const [job] = accepted(await desk.ask(input)).group.jobs;
  const uid = job?.uid ?? "";
  await fleet.until(uid, ({ status }) => status === "pending");
  const other = `00-${trace}-${parent}-00`;
  expect(isRefusal(await fleet.ask("finalize", uid, { traceparent: other }))).toBe(false);
  expect(await fleet.ended(uid)).toMatchObject({ traceparent });
  expect(told).toEqual([traceparent, traceparent]);
});
