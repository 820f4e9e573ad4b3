import { expect, test, vi } from "vitest";
import { describeWith, parts } from "../../properties/parts.ts";
import { patience } from "../contract/patience.ts";
import { untilHeard } from "../contract/until-heard.ts";
import { freshBus } from "./fresh-bus.ts";
import { testServer } from "./server/test-servers.ts";

describeWith(parts.nats, "the signals on NATS", () => {
  test("more subjects are kept than the server gives at once", async () => {
    await using server = await testServer();
    const { signals } = await freshBus(server);
    for (let i = 0; i < 1_100; i += 1) signals.publish(`progress.u${i}`, `${i}`);
    await vi.waitFor(
      async () => expect((await signals.kept("progress.u1099")).size).toBe(1),
      patience,
    );
    const kept = await signals.kept("progress.");
    expect(kept.size).toBe(1_100);
    expect(kept.get("progress.u7")).toBe("7");
  });

  test("what is published while there is no connection is lost, and nothing later", async () => {
    await using server = await testServer();
    const { signals, onConnection } = await freshBus(server);
    const seen: string[] = [];
    onConnection(({ is }) => seen.push(is));
    const heard: string[] = [];
    signals.subscribe("ctl", (_, data) => heard.push(data));
    await untilHeard(signals, signals);
    await server.servers[0]?.stop("SIGKILL");
    await vi.waitFor(() => expect(seen).toEqual(["down"]), patience);
    signals.publish("ctl", "lost");
    await server.servers[0]?.start();
    await vi.waitFor(() => expect(seen).toEqual(["down", "up"]), patience);
    await untilHeard(signals, signals);
    signals.publish("ctl", "heard");
    await vi.waitFor(() => expect(heard).toEqual(["heard"]), patience);
  });

  test("a signal that cannot be published is lost without a word", async () => {
    await using server = await testServer();
    const bus = await freshBus(server);
    expect(bus.signals.publish("ctl", "x".repeat(2 << 20))).toBeUndefined();
    expect(bus.signals.publish("not a subject", "")).toBeUndefined();
    await bus[Symbol.asyncDispose]();
    expect(bus.signals.publish("ctl", "")).toBeUndefined();
  });
});
