/** `run`: creates a job and runs it in this process to its end. */
import type { Driver } from "../../jobchart.ts";
import type { JsonObject } from "../../machines/json.ts";
import type { Call } from "../call.ts";
import type { Command } from "../command.ts";
import { conduct } from "../conduct.ts";
import { argumentsOf } from "../job-arguments.ts";
import { loadDrivers, noDriver } from "../load-drivers.ts";
import { suggestion } from "../nearest.ts";
import { runOptions, runSpecOf } from "../run-options.ts";
import { UsageError } from "../usage-error.ts";

export const run: Command = {
  name: "run",
  usage: "TYPE [FROM TO | -- ARGV… | --arg NAME=TEXT… | --args FILE] [--id ID] [OPTIONS]",
  summary: "creates a job and runs it here to its end",
  options: runOptions,
  completes: "type",
  examples: [
    "run copy photos /backup/photos",
    "run copy photos /backup/photos --id photos --speed 20MiB --finalize manual",
    "run mirror releases/next releases/2 --arg pivot=current",
    "run copy --arg from=a --arg to=b --arg overwrite:=true --json",
    "run command --arg progress=rsync -- rsync -a --info=progress2 photos/ /backup/photos",
    "run resize --drivers ./resize.ts --arg width:=640 --detach",
  ],
  async run(call) {
    const [type = "", ...words] = call.expectWords("the TYPE of the job", 1, Infinity);
    const drivers = await loadDrivers(call.texts("drivers"));
    const args = await argumentsOf(call, words, await schemaOf(call, type, drivers));
    return conduct(call, { jobs: [runSpecOf(call, type, args)] }, drivers);
  },
};

/**
 * Of a type that this process has, or that a worker of the bus has declared. Fails with UsageError
 * where there is no such type.
 */
async function schemaOf(call: Call, type: string, drivers: readonly Driver[]): Promise<JsonObject> {
  const own = drivers.find((driver) => driver.type === type);
  if (own !== undefined) return own.args;
  if (!call.flag("detach")) throw noDriver(type, drivers, { mayDetach: true });
  await using system = await call.open({ create: true });
  const declared = await system.types();
  const found = declared.find((each) => each.type === type);
  if (found !== undefined) return found.args;
  const known = [...drivers, ...declared].map((each) => each.type);
  const text = `Unknown job type '${type}': no worker has declared it on this bus.`;
  throw new UsageError(text + suggestion(type, known));
}
