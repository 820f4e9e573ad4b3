/** A job that not every worker takes, on a real server: it comes to the one that does. */
import { expect, test, vi } from "vitest";
import { testServer } from "../bus/nats/server/test-servers.ts";
import { openJobSystem, type Driver } from "../jobchart.ts";

test("a job that a worker does not accept is another's ten seconds later", async () => {
  await using server = await testServer();
  await using node = await openJobSystem({ bus: server.url, node: true });
  const ran: string[] = [];
  let refused = 0;
  const open = (name: string, isWanted: boolean) => {
    const driver: Driver = { type: "some", args: {}, run: async () => void ran.push(name) };
    const accepts = {
      some: () => {
        refused += isWanted ? 0 : 1;
        return isWanted;
      },
    };
    const worker = { name, accepts };
    return openJobSystem({ bus: server.url, node: false, drivers: [driver], worker });
  };
  await using workers = new AsyncDisposableStack();
  workers.use(await open("one", false));
  await node.create({ type: "some", id: "a" });
  await vi.waitFor(() => expect(refused).toBe(1), 5_000);
  workers.use(await open("two", true));
  expect((await node.settled("a"))?.outcome).toBe("success");
  expect({ ran, refused }).toEqual({ ran: ["two"], refused: 1 });
}, 30_000);
