/** `serve`: a node of a fleet: decides, keeps and answers for clients and workers, until it is stopped. */
import { resolve } from "node:path";
import type { BusError } from "../../bus/bus-error.ts";
import { NatsServer } from "../../bus/nats/server/nats-server.ts";
import { realWorld } from "../../bus/world.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { reportConnection } from "../connection-report.ts";
import { exit, type ExitCode } from "../exit-code.ts";
import { outliveReader, print } from "../output.ts";
import { countOf } from "../run-options.ts";
import { broken, interrupted } from "../until-stopped.ts";
import { UsageError } from "../usage-error.ts";

const portUsual = "4222";
const folderUsual = ".jobchart/nats";

export const serve: Command = {
  name: "serve",
  usage: "[--with-nats [--port N] [--data FOLDER]]",
  summary: "a node of a fleet: any number may run, and any may go at any time",
  options: {
    "with-nats": { about: "starts a nats-server of its own, on this machine's loopback" },
    port: { value: "N", about: `that server's port (${portUsual})` },
    data: { value: "FOLDER", about: `where that server keeps its streams (${folderUsual})` },
  },
  examples: ["serve --with-nats", "serve --bus nats://n1:4222,n2:4222,n3:4222"],
  async run(call) {
    call.expectWords("nothing", 0);
    if (!call.flag("with-nats")) return serveOn(call);
    const named = ["bus", "context"].find((name) => call.text(name) !== undefined);
    if (named !== undefined) {
      throw new UsageError(`--with-nats starts a server of its own: leave out --${named}`);
    }
    const port = countOf(call.text("port") ?? portUsual, "--port");
    const folder = resolve(call.text("data") ?? folderUsual);
    await using server = await NatsServer.start({ world: realWorld, folder, port });
    return await serveOn(call, server.url);
  },
};

async function serveOn(call: Call, bus?: string): Promise<ExitCode> {
  const { promise: cut, resolve: onCut } = Promise.withResolvers<BusError>();
  const settings = { create: true, node: true, onCut, ...(bus ? { bus } : {}) };
  await using system = await call.open(settings);
  const { url, requests } = system.bus;
  if (requests === undefined) {
    throw new UsageError(`${url}: every process decides for itself there; a fleet needs nats://…`);
  }
  outliveReader();
  reportConnection(call, system.bus);
  const text = `serving ${url}\n  for instance: ${call.hint("worker", url)}`;
  await print(call.isJson ? JSON.stringify({ serving: url }) : text);
  await Promise.race([interrupted(), broken(system.bus.failed), broken(cut)]);
  return exit.ok;
}
