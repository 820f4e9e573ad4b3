/** Tags: what jobs require of workers, and who may run them. */
import { describe, expect, test } from "vitest";
import { accepted, Fleet } from "./fleet.ts";
import { Lease } from "./lease.ts";
import { scriptedDriver } from "./scripted-driver.ts";
import { whyNotTags } from "./tag-form.ts";
import { whyUnfit } from "./unfit.ts";

const gpu = { gpu: "a100" };

function many(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, "x"]));
}

describe("a job that requires a tag", () => {
  test("waits until a worker comes that has it", async () => {
    await using fleet = new Fleet();
    const plain = scriptedDriver();
    const other = scriptedDriver();
    await fleet.open("w1", [plain]);
    await fleet.open("w2", [other], { worker: { tags: { gpu: "h100" } } });
    const uid = await fleet.start({ type: "work", require: gpu });
    await fleet.world.advance(60_000);
    expect(await fleet.job(uid)).toMatchObject({ status: "created", require: gpu });
    const fit = scriptedDriver();
    await fleet.open("w3", [fit], { worker: { tags: { ...gpu, disk: "ssd" } } });
    expect((await fleet.ended(uid)).outcome).toBe("success");
    expect([plain.calls, other.calls]).toEqual([[], []]);
    expect(fit.calls[0]).toMatch(/^run /);
  });

  test("is finished only by a worker that has it", async () => {
    await using fleet = new Fleet();
    const first = await fleet.open("w1", [scriptedDriver()], { worker: { tags: gpu } });
    const uid = await fleet.start({ type: "work", require: gpu, autoFinalize: false });
    await fleet.until(uid, ({ status }) => status === "pending");
    first.process.kill();
    const plain = scriptedDriver();
    await fleet.open("w2", [plain]);
    await fleet.ask("finalize", uid);
    await fleet.world.advance(60_000);
    expect(await fleet.job(uid)).toMatchObject({ status: "pending", claim: null });
    const fit = scriptedDriver();
    await fleet.open("w3", [fit], { worker: { tags: gpu } });
    expect((await fleet.ended(uid)).outcome).toBe("success");
    expect(plain.calls).toEqual([]);
    expect(fit.calls.map((call) => call.split(" ")[0])).toContain("commit");
  });

  test("is left alone by a worker that is given it and has not the tag", async () => {
    await using fleet = new Fleet((bus) => ({
      ...bus,
      queue: { ...bus.queue, offer: ({ uid, type }) => bus.queue.offer({ uid, type }) },
    }));
    const plain = scriptedDriver();
    const { system } = await fleet.open("w1", [plain]);
    const uid = await fleet.start({ type: "work", require: gpu });
    await fleet.world.advance(60_000);
    expect(await fleet.job(uid)).toMatchObject({ status: "created", epoch: 0 });
    await system[Symbol.asyncDispose]();
    await fleet.open("w2", [scriptedDriver()], { worker: { tags: gpu } });
    expect((await fleet.ended(uid)).outcome).toBe("success");
    expect(plain.calls).toEqual([]);
  });

  test("is one request with its tags, and another with others", async () => {
    await using fleet = new Fleet();
    await fleet.open("w1", [scriptedDriver()]);
    const ask = (require: Record<string, string>) =>
      fleet.create({ jobs: [{ type: "work", require }] }, { id: "c1" });
    const { rev } = accepted(await ask(gpu));
    expect(accepted(await ask(gpu)).rev).toBe(rev);
    expect(await ask({ gpu: "h100" })).toMatchObject({ guard: "command-id" });
  });
});

test("a session says which tags its worker has, under a key that begins with the worker's name", async () => {
  await using fleet = new Fleet();
  await fleet.open("a.b/c", [scriptedDriver()], { worker: { tags: gpu } });
  const [lease] = await fleet.bus.values.list("lease.");
  const [session] = await Lease.live(fleet.bus.values);
  expect(session).toMatchObject({ worker: "a.b/c", tags: gpu });
  expect(lease?.key).toBe(`lease.a=2Eb=2Fc.${session?.session}`);
});

test("a lease of a program that knew no tags is one of a worker without any", async () => {
  await using fleet = new Fleet();
  await fleet.bus.values.put("lease.w1.s1", JSON.stringify({ session: "s1", worker: "w1" }));
  expect(await Lease.live(fleet.bus.values)).toMatchObject([{ worker: "w1", tags: {} }]);
});

test.each([
  ["", /worker '': expected 1 to 64 visible characters, none of them a space; found ""/],
  ["a b", /found "a b"/],
  ["a\u0007", /found "a\\u0007"/],
  ["x".repeat(65), /expected 1 to 64/],
])("a worker is not opened under the name %j", async (name, text) => {
  await using fleet = new Fleet();
  await expect(fleet.open("w", [], { worker: { name } })).rejects.toThrow(text);
});

test("a worker is not opened with tags that are malformed", async () => {
  await using fleet = new Fleet();
  const opening = fleet.open("w", [], { worker: { tags: { gpu: "a 100" } } });
  await expect(opening).rejects.toThrow("worker 'w': expected for 'gpu' a letter or digit");
});

describe("tags", () => {
  test.each([[{}], [gpu], [{ "Zone.b_1-x": "0" }], [many(16)], [{ a: "x".repeat(63) }]])(
    "may be %j",
    (tags) => expect(whyNotTags(tags)).toBeUndefined(),
  );

  test.each([
    ["expected an object of names and texts", null],
    ["expected an object of names and texts", ["gpu"]],
    ["expected an object of names and texts", "gpu=a100"],
    ["expected at most 16 tags, found 17", many(17)],
    ["expected a name: ", { "": "x" }],
    ["expected a name: ", { "a b": "x" }],
    ["expected a name: ", JSON.parse('{"__proto__":"x"}')],
    ["expected a name: ", { ["x".repeat(64)]: "x" }],
    ["expected a text for 'gpu'", { gpu: 7 }],
    ["expected for 'gpu' a letter or digit", { gpu: "" }],
    ["found 'a=b'", { gpu: "a=b" }],
    ["found 'é'", { gpu: "é" }],
    ["found 'a\n'", { gpu: "a\n" }],
  ] as readonly (readonly [string, unknown])[])("are refused with %s", (text, tags) => {
    expect(whyNotTags(tags)).toContain(text);
  });
});

describe("what this process cannot run itself", () => {
  test("is refused, and the refusal names what it lacks", () => {
    const jobs = [{ type: "work" }, { type: "work", id: "b", require: { ...gpu, disk: "ssd" } }];
    expect(whyUnfit({ jobs }, gpu)).toMatchObject({
      refused: "This process has no disk=ssd, which job 'b' requires",
      guard: "require",
    });
    const unnamed = { type: "work", require: { ...gpu, disk: "ssd" } };
    expect(whyUnfit({ jobs: [unnamed] }, {})?.refused).toBe(
      "This process has no disk=ssd gpu=a100, which job 1 requires",
    );
    expect(whyUnfit({ jobs }, { ...gpu, disk: "ssd" })).toBeUndefined();
  });

  test("is for others to say where it is malformed", () => {
    expect(whyUnfit({ jobs: [{ type: "work", require: { gpu: "" } }] }, {})).toBeUndefined();
    expect(whyUnfit({ jobs: "many" as unknown as [] }, {})).toBeUndefined();
  });
});
