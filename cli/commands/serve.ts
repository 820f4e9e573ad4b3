/** `serve`: a node of a fleet: decides, keeps and answers for clients and workers, until it is stopped. */
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { BusError } from "../../bus/bus-error.ts";
import { hideSecrets } from "../../bus/hide-secrets.ts";
import { isNatsUrl } from "../../bus/is-nats-url.ts";
import { NatsServer } from "../../bus/nats/server/nats-server.ts";
import { realWorld } from "../../bus/world.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { reportConnection } from "../connection-report.ts";
import { exit, type ExitCode } from "../exit-code.ts";
import { outliveReader, print } from "../output.ts";
import { countOf } from "../run-options.ts";
import { parseDuration } from "../units.ts";
import { broken, interrupted } from "../until-stopped.ts";
import { messageOf, UsageError } from "../usage-error.ts";

const portUsual = "4222";
const folderUsual = ".jobchart/nats";
const retainUsual = "30d";
const portMax = 65_535;

export const serve: Command = {
  name: "serve",
  usage: "[--retain DURATION|forever] [--with-nats [--port N] [--data FOLDER]]",
  summary: "a node of a fleet: any number may run, and any may go at any time",
  options: {
    retain: {
      value: "DURATION|forever",
      about: `how long what ended is kept, before it is pruned (${retainUsual})`,
    },
    "with-nats": { about: "starts a nats-server of its own, on this machine's loopback" },
    port: { value: "N", about: `that server's port (${portUsual})` },
    data: { value: "FOLDER", about: `where that server keeps its streams (${folderUsual})` },
  },
  examples: ["serve --with-nats", "serve --bus nats://n1:4222,n2:4222,n3:4222"],
  async run(call) {
    call.expectWords("nothing", 0);
    retainMsOf(call);
    if (!call.flag("with-nats")) {
      expectFleet(call);
      return serveOn(call);
    }
    const named = ["bus", "context"].find((name) => call.text(name) !== undefined);
    if (named !== undefined) {
      throw new UsageError(`--with-nats starts a server of its own: leave out --${named}`);
    }
    const port = portOf(call);
    const folder = folderOf(call);
    await using server = await NatsServer.start({ world: realWorld, folder, port });
    return await serveOn(call, server.url);
  },
};

/** Fails with UsageError, and nothing made, unless a bus on NATS is named. */
function expectFleet(call: Call): void {
  const wanted = "name a bus with --bus nats://HOST:PORT, or start one here with --with-nats";
  const idle = ["port", "data"].find((name) => call.text(name) !== undefined);
  if (idle !== undefined) {
    throw new UsageError(`--${idle} is for the server that --with-nats starts; ${wanted}`);
  }
  const url = foundBus(call);
  if (url === undefined) throw new UsageError(`serve: a fleet needs a bus on NATS; ${wanted}`);
  if (isNatsUrl(url)) return;
  throw new UsageError(
    `serve: a fleet needs a bus on NATS, and ${hideSecrets(url)} is none, every process decides ` +
      `for itself there; ${wanted}`,
  );
}

function foundBus(call: Call): string | undefined {
  try {
    return call.busUrl();
  } catch (error) {
    if (error instanceof BusError && error.code === "missing") return undefined;
    throw error;
  }
}

function portOf(call: Call): number {
  const port = countOf(call.text("port") ?? portUsual, "--port");
  if (port <= portMax) return port;
  throw new UsageError(`--port: expected 1 to ${portMax}, found ${port}`);
}

/** Infinite: for ever. */
function retainMsOf(call: Call): number {
  const text = call.text("retain") ?? retainUsual;
  return text === "forever" ? Infinity : parseDuration(text, "--retain");
}

/** The server's folder, which is made if it is not there. */
function folderOf(call: Call): string {
  const folder = resolve(call.text("data") ?? folderUsual);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch (cause) {
    const what = `--data: ${folder} is no folder, nor can it be made (${messageOf(cause)})`;
    throw new UsageError(what, { cause });
  }
}

async function serveOn(call: Call, bus?: string): Promise<ExitCode> {
  const { promise: cut, resolve: onCut } = Promise.withResolvers<BusError>();
  const retainMs = retainMsOf(call);
  const settings = { create: true, node: true, retainMs, onCut, ...(bus ? { bus } : {}) };
  await using system = await call.open(settings);
  const { url } = system.bus;
  outliveReader();
  const stopped = interrupted();
  reportConnection(call, system.bus);
  const text = `serving ${url}\n  for instance: ${call.hint("worker", url)}`;
  await print(call.isJson ? JSON.stringify({ serving: url }) : text);
  await Promise.race([stopped, broken(system.bus.failed), broken(cut)]);
  return exit.ok;
}
