/**
 * What requests promise, on adapters that have them: one of those who serve answers, or it is said
 * at once that nobody does.
 */
import { describe, expect, test, vi } from "vitest";
import type { Endpoint, Message, Requests } from "../bus.ts";
import { realWorld } from "../world.ts";
import { patience } from "./patience.ts";
import type { OpenTwo } from "./two-handles.ts";

type Handle = Endpoint["handle"];

const longMs = 3_600_000;
const unavailable = { code: "unavailable" };
const plain = (data: string): Message => ({ data, headers: {} });
const named =
  (name: string): Handle =>
  async (subject) =>
    plain(`${name} ${subject}`);
const echo: Handle = async (_subject, message) => message;

export function requestsContract(name: string, open: OpenTwo): void {
  const openTwo = async (): Promise<readonly [Requests, Requests]> => {
    const [one, two] = await open(realWorld);
    if (!one.requests || !two.requests) throw new Error(`${name}: expected a bus with requests`);
    return [one.requests, two.requests];
  };

  describe(`the requests of ${name}`, () => {
    test("bring back the reply, with headers both ways", async () => {
      const [one, two] = await openTwo();
      const heard: unknown[] = [];
      await serve(one, "cmd.echo", async (subject, message) => {
        heard.push([subject, message]);
        return { data: `${message.data}!`, headers: { "Jobchart-Rev": "7", traceparent: "00-b" } };
      });
      await untilServed(two, "cmd.echo");
      const headers = { "Jobchart-By": "ann@host", traceparent: "00-a" };
      const reply = await ask(two, "cmd.echo", { data: "ä 😀", headers });
      expect(reply).toEqual({
        data: "ä 😀!",
        headers: { "Jobchart-Rev": "7", traceparent: "00-b" },
      });
      expect(heard.at(-1)).toEqual(["cmd.echo", { data: "ä 😀", headers }]);
      expect(await ask(two, "cmd.echo", plain(""))).toMatchObject({ data: "!" });
    });

    test("fail at once when nobody serves the subject", async () => {
      const [one, two] = await openTwo();
      await serve(one, "cmd.echo", echo);
      await untilServed(two, "cmd.echo");
      await expect(ask(two, "cmd.other", plain(""))).rejects.toMatchObject(unavailable);
    });

    test("fail when no reply comes in time, and the next one is answered", async () => {
      const [one, two] = await openTwo();
      const { promise: slow, resolve } = Promise.withResolvers<Message>();
      await serve(one, "cmd.slow", (_, message) =>
        message.data === "" ? slow : echo("", message),
      );
      await untilServed(two, "cmd.slow");
      await expect(two.request("cmd.slow", plain(""), { timeoutMs: 50 })).rejects.toMatchObject(
        unavailable,
      );
      expect(await ask(two, "cmd.slow", plain("quick"))).toEqual(plain("quick"));
      resolve(plain("late"));
    });

    test("are shared by those who serve, each answered by one of them, once", async () => {
      const [one, two] = await openTwo();
      const served: string[][] = [[], []];
      for (const [i, requests] of [one, two].entries()) {
        await serve(requests, "cmd.count", async (_, { data }) => {
          served[i]?.push(data);
          return plain(`${data} by ${i}`);
        });
        await untilServed(one, "cmd.count", (data) => data.endsWith(`by ${i}`));
        await untilServed(two, "cmd.count", (data) => data.endsWith(`by ${i}`));
      }
      for (const own of served) own.length = 0;
      const sent = Array.from({ length: 100 }, (_, i) => `r${i}`);
      const replies = await Promise.all(
        sent.map((data, i) => ask(i % 2 ? one : two, "cmd.count", plain(data))),
      );
      expect(served.flat().toSorted()).toEqual(sent.toSorted());
      expect(served.filter((own) => own.length > 0)).toHaveLength(2);
      for (const [i, reply] of replies.entries()) {
        const by = served.findIndex((own) => own.includes(`r${i}`));
        expect(reply).toEqual(plain(`r${i} by ${by}`));
      }
    });

    test("that were begun are answered on disposal, later ones go to who still serves", async () => {
      const [one, two] = await openTwo();
      const order: string[] = [];
      const begun = Promise.withResolvers<void>();
      const held = Promise.withResolvers<void>();
      const serving = await serve(one, "cmd.hold", async (_, { data }) => {
        if (data === "hold") {
          begun.resolve();
          await held.promise;
          order.push("answered");
        }
        return plain("first");
      });
      await untilServed(two, "cmd.hold");
      const reply = ask(two, "cmd.hold", plain("hold"));
      await begun.promise;
      await serve(two, "cmd.hold", async () => plain("second"));
      await untilServed(two, "cmd.hold", (data) => data === "second");

      const disposing = serving[Symbol.asyncDispose]().then(() => order.push("disposed"));
      held.resolve();
      expect(await reply).toEqual(plain("first"));
      await disposing;
      expect(order).toEqual(["answered", "disposed"]);
      await untilServed(two, "cmd.hold");
      for (let i = 0; i < 20; i += 1) {
        expect(await ask(two, "cmd.hold", plain(""))).toEqual(plain("second"));
      }
    });

    test("find who serves by pattern, and tell which subject was asked", async () => {
      const [one, two] = await openTwo();
      await one.serve({
        ...service,
        endpoints: [
          { name: "verb", subject: "cmd.*.now", handle: named("verb") },
          { name: "query", subject: "query.>", handle: named("query") },
        ],
      });
      const asked = async (subject: string) => (await ask(two, subject, plain(""))).data;
      await untilServed(two, "query.jobs");
      expect(await asked("cmd.pause.now")).toBe("verb cmd.pause.now");
      expect(await asked("query.jobs")).toBe("query query.jobs");
      expect(await asked("query.jobs.a=2E1.b")).toBe("query query.jobs.a=2E1.b");
      for (const subject of ["cmd.now", "cmd.pause.a.now", "cmd.pause", "query"]) {
        await expect(asked(subject)).rejects.toMatchObject(unavailable);
      }
    });

    test("of 900 kB and replies of 3 MB arrive whole", async () => {
      const [one, two] = await openTwo();
      await serve(one, "query.all", async (_, { data }) => plain(data.repeat(4)));
      await untilServed(two, "query.all");
      const data = "0123456789ä".repeat(75_000);
      expect((await ask(two, "query.all", plain(data))).data).toBe(data.repeat(4));
    });

    test("are refused once the bus is closed, and serving as well", async () => {
      const [bus] = await open(realWorld);
      await bus[Symbol.asyncDispose]();
      const closed = { code: "closed" };
      await expect(bus.requests?.request("q", plain(""), { timeoutMs: 1 })).rejects.toMatchObject(
        closed,
      );
      await expect(bus.requests?.serve({ ...service, endpoints: [] })).rejects.toMatchObject(
        closed,
      );
    });
  });
}

const service = { name: "contract", version: "1.0.0", description: "Serves the contract's tests" };

function serve(requests: Requests, subject: string, handle: Handle): Promise<AsyncDisposable> {
  return requests.serve({ ...service, endpoints: [{ name: "only", subject, handle }] });
}

function ask(requests: Requests, subject: string, message: Message): Promise<Message> {
  return requests.request(subject, message, { timeoutMs: longMs });
}

/** With servers in between it takes a moment until all of them know who serves. */
async function untilServed(
  requests: Requests,
  subject: string,
  isMeant: (data: string) => boolean = () => true,
): Promise<void> {
  await vi.waitFor(async () => {
    const { data } = await requests.request(subject, plain("probe"), { timeoutMs: 1_000 });
    expect(isMeant(data)).toBe(true);
  }, patience);
}
