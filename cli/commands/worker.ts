/** `worker`: takes what is offered and runs it, until it is told to stop. */
import { hostname } from "node:os";
import type { Command } from "../command.ts";
import { leaseOf } from "../conduct.ts";
import { exit } from "../exit-code.ts";
import { loadDrivers, noDriver } from "../load-drivers.ts";
import { complain, outliveReader, print } from "../output.ts";
import { countOf } from "../run-options.ts";
import { witnessed } from "../witness.ts";
import { reportWork } from "../work-report.ts";
import type { Driver } from "../../jobchart.ts";

export const worker: Command = {
  name: "worker",
  usage: "[--name NAME] [--types A,B] [--concurrency N] [--lease DURATION] [--drivers FILE…]",
  summary: "takes the jobs that are offered and runs them, until it is interrupted",
  options: {
    name: { value: "NAME", about: "what the history calls it (the host's name)" },
    types: { value: "A,B", about: "the job types that it takes (all that it knows)" },
    concurrency: { value: "N", about: "jobs at once; paused and waiting ones do not count (4)" },
    lease: { value: "DURATION", about: "others take over so long after it died (10s)" },
    drivers: { value: "FILE", many: true, about: "a module with more job types" },
  },
  examples: ["worker", "worker --types copy --concurrency 2", "worker --drivers ./mine.ts --json"],
  async run(call) {
    call.expectWords("nothing", 0);
    const known = await loadDrivers(call.texts("drivers"));
    const drivers = wantedOf(known, call.text("types"));
    const concurrency = countOf(call.text("concurrency") ?? "4", "--concurrency");
    const name = call.text("name") ?? hostname();
    await using system = await call.open({
      create: true,
      drivers: witnessed(call, drivers),
      worker: { name, concurrency, takes: "offered", ...leaseOf(call) },
    });
    outliveReader();
    const types = drivers.map(({ type }) => type).join(", ");
    const opening = `worker ${name} on ${system.bus.url} takes: ${types}`;
    await print(call.isJson ? JSON.stringify({ worker: name, bus: system.bus.url }) : opening);
    const stop = new AbortController();
    const reporting = reportWork(call, system, { worker: name, signal: stop.signal });
    await Promise.race([interrupted(), reporting, broken(system.bus.failed)]);
    if (!call.isJson) complain("giving the jobs back; interrupt again to leave at once");
    const left = await system.drain();
    stop.abort();
    await reporting;
    if (left > 0) complain(`${left} jobs did not stop in time; their next worker starts soon`);
    return exit.ok;
  },
};

function wantedOf(known: readonly Driver[], types: string | undefined): readonly Driver[] {
  if (types === undefined) return known;
  return types.split(",").map((type) => {
    const driver = known.find((each) => each.type === type);
    if (driver !== undefined) return driver;
    throw noDriver(type, known);
  });
}

/** Resolves at the first signal to stop; a second one ends the process. */
function interrupted(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let count = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      count += 1;
      if (count > 1) process.exit(exit.cancelled);
      resolve();
    });
  }
  return promise;
}

async function broken(failed: Promise<Error>): Promise<never> {
  throw await failed;
}
