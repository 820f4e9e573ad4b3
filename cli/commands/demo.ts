/**
 * `demo`: backs up real folders as one transaction, with a pause, a slow-down and a finalize by
 * hand; then shows what was recorded, and checks it. It uses the bus that other commands use.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { JobSpec } from "../../jobchart.ts";
import { isJobId } from "../../machines/job-id.ts";
import type { Command } from "../command.ts";
import { conduct } from "../conduct.ts";
import { friendlyId } from "../create-named.ts";
import { showCheck, showNext, showTable, showTimeline } from "../demo/scenes.ts";
import { installedSources, sourcesIn, type Source } from "../demo/source.ts";
import { tell } from "../demo/story.ts";
import { exit } from "../exit-code.ts";
import { loadDrivers } from "../load-drivers.ts";
import { paint, print } from "../output.ts";
import { sizeText } from "../units.ts";

/** As fast as it may, a copy would take about so long. */
const copyMs = 5_000;

export const demo: Command = {
  name: "demo",
  usage: "[FOLDER]",
  summary: "backs up a real folder as one transaction, and shows what was recorded",
  options: {},
  completes: "file",
  examples: ["demo", "demo ~/Documents"],
  async run(call) {
    const [folder] = call.expectWords("at most a FOLDER", 0, 1);
    const sources = folder === undefined ? installedSources() : sourcesIn(resolve(folder));
    const output = mkdtempSync(join(tmpdir(), "jobchart-demo-"));
    const name = friendlyId("demo");
    const jobs = sources.map((source, index) => jobOf(source, idOf(name, sources, index), output));
    const [slowed, paused] = sources
      .map(({ bytes }, index) => ({ bytes, id: jobs[index]?.id ?? "" }))
      .toSorted((a, b) => b.bytes - a.bytes)
      .map(({ id }) => id);
    if (slowed === undefined || paused === undefined) throw new Error("a demo of less than two");

    await introduce(sources, output);
    return conduct(call, { name, completion: "grouped", jobs }, await loadDrivers([]), {
      meanwhile: (stage) => tell(stage, { paused, slowed }),
      after: async ({ system, members }) => {
        const ids = members.infos.map(({ id }) => id);
        await showTable(members.infos);
        await showTimeline(system, paused);
        const holds = await showCheck(system);
        await showNext(call, ids, output);
        return holds ? exit.ok : exit.bus;
      },
    });
  },
};

async function introduce(sources: readonly Source[], output: string): Promise<void> {
  const sum = (of: "files" | "bytes"): number =>
    sources.reduce((total, source) => total + source[of], 0);
  const files = sum("files").toLocaleString("en");
  await print(
    paint("bold", `Backing up ${files} files, ${sizeText(sum("bytes"))}, into ${output}`),
  );
  await print(
    `${sources.length} copy jobs, one transaction: all commit, or none. Each '$' line is a command\n` +
      "that you could type in another terminal meanwhile.\n",
  );
}

/** After what is copied, where that makes a name that is the only one. */
function idOf(name: string, sources: readonly Source[], index: number): string {
  const own = sources[index]?.name;
  const isOnly = own !== undefined && sources.filter((source) => source.name === own).length === 1;
  return isOnly && isJobId(own) ? `${name}-${own}` : `${name}-${index + 1}`;
}

function jobOf({ path, name, bytes }: Source, id: string, output: string): JobSpec {
  return {
    type: "copy",
    id,
    args: { from: path, to: join(output, name) },
    speed: Math.max(1, Math.ceil((bytes * 1_000) / copyMs)),
    autoFinalize: false,
    autoDismiss: false,
  };
}
