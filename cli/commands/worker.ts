/** `worker`: takes what is offered and runs it, until it is told to stop. */
import { hostname } from "node:os";
import { tagsText } from "../../machines/tags.ts";
import { allowCommandOption, allowed } from "../allowed-drivers.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { leaseOf } from "../conduct.ts";
import { exit } from "../exit-code.ts";
import { givingBackText, unstoppedText } from "../leaving-text.ts";
import { loadDrivers, noDriver } from "../load-drivers.ts";
import { complain, outliveReader, print } from "../output.ts";
import { countOf } from "../run-options.ts";
import { tagsOf } from "../tags-of.ts";
import { UsageError } from "../usage-error.ts";
import { witnessed } from "../witness.ts";
import { workerNameOf } from "../worker-name-of.ts";
import { workReporter } from "../work-report.ts";
import { reportConnection } from "../connection-report.ts";
import { broken, interrupted } from "../until-stopped.ts";
import type { Driver } from "../../jobchart.ts";

export const worker: Command = {
  name: "worker",
  usage: "[--name NAME] [--types A,B] [--tag NAME=TEXT…] [--concurrency N] [OPTIONS]",
  summary: "takes the jobs that are offered and runs them, until it is interrupted",
  options: {
    name: { value: "NAME", about: "what the history calls it (the host's name)" },
    types: { value: "A,B", about: "the job types that it takes (all that it knows)" },
    tag: { value: "NAME=TEXT", many: true, about: "what it has, and a job may require" },
    concurrency: { value: "N", about: "jobs at once; paused and waiting ones do not count (4)" },
    limit: { value: "TYPE=N", many: true, about: "of a type so many at once, within that" },
    lease: {
      value: "DURATION",
      about: "others take over so long after it died (10s; in a fleet 30s)",
    },
    drivers: { value: "FILE", many: true, about: "a module with more job types" },
    ...allowCommandOption,
  },
  examples: [
    "worker",
    "worker --types copy --concurrency 2",
    "worker --concurrency 8 --limit copy=2",
    "worker --tag gpu=a100",
    "worker --drivers ./mine.ts --json",
    "worker --allow-command=rsync --allow-command='/opt/backup/bin/*'",
  ],
  async run(call) {
    call.expectWords("nothing", 0);
    const may = allowed(call, await loadDrivers(call.texts("drivers")));
    const drivers = wantedOf(may.drivers, call.text("types"));
    const concurrency = countOf(call.text("concurrency") ?? "4", "--concurrency");
    const limits = limitsOf(call, drivers);
    const name = workerNameOf(call, hostname());
    const tags = tagsOf(call);
    await using system = await call.open({
      create: true,
      drivers: witnessed(call, drivers),
      worker: {
        name,
        concurrency,
        limits,
        ...(may.accepts === undefined ? {} : { accepts: may.accepts }),
        tags,
        takes: "offered",
        onHold: workReporter(call),
        ...leaseOf(call),
      },
    });
    outliveReader();
    const stopped = interrupted();
    reportConnection(call, system.bus);
    let isAway = false;
    system.bus.onConnection?.(({ is }) => {
      isAway = is === "down";
    });
    const types = drivers.map(({ type }) => type).join(", ");
    const has = Object.keys(tags).length === 0 ? "" : `; has: ${tagsText(tags)}`;
    const opening = `worker ${name} on ${system.bus.url} takes: ${types}${has}`;
    await print(
      call.isJson ? JSON.stringify({ worker: name, bus: system.bus.url, tags }) : opening,
    );
    await Promise.race([stopped, broken(system.bus.failed)]);
    if (!call.isJson) complain(givingBackText(isAway));
    const left = await system.drain();
    if (left > 0) complain(unstoppedText(left));
    return exit.ok;
  },
};

/** `{ copy: 2 }`. Fails with UsageError when a type is none that it takes. */
function limitsOf(call: Call, drivers: readonly Driver[]): Readonly<Record<string, number>> {
  const limits = call.texts("limit").map((given) => {
    const [, type, count] = /^([^=]+)=(.*)$/.exec(given) ?? [];
    if (type === undefined || count === undefined) {
      throw new UsageError(`--limit: expected TYPE=N, found '${given}'`);
    }
    if (!drivers.some((driver) => driver.type === type)) throw noDriver(type, drivers);
    return [type, countOf(count, `--limit ${type}`)] as const;
  });
  return Object.fromEntries(limits);
}

function wantedOf(known: readonly Driver[], types: string | undefined): readonly Driver[] {
  if (types === undefined) return known;
  return types.split(",").map((type) => {
    const driver = known.find((each) => each.type === type);
    if (driver !== undefined) return driver;
    throw noDriver(type, known);
  });
}
