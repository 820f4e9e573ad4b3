/**
 * All sites of machines/, found in the source itself: a new guard is a new site without anybody
 * writing it down. Left out are tests, and story.ts, which only tells tests and examples their
 * stories.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chartSites } from "./chart-sites.ts";
import { checkSites } from "./check-sites.ts";
import { conditionSites } from "./conditions.ts";
import type { Site } from "./site.ts";
import { listSites, tableSites } from "./table-sites.ts";

export const machines = join(import.meta.dirname, "../../machines");

/** Every site, in the order of the files and of the text; ids are unique. */
export function allSites(): readonly Site[] {
  const files = readdirSync(machines)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "story.ts")
    .toSorted();
  return distinct(files.flatMap(sitesOf));
}

function sitesOf(file: string): readonly Site[] {
  const source = readFileSync(join(machines, file), "utf8");
  return [
    ...(file === "status.ts" ? tableSites(source) : []),
    ...(file === "checks.ts" ? checkSites(source) : []),
    ...(file === "job.ts" || file === "group.ts" ? chartSites(file, source) : []),
    ...listSites(file, source),
    ...conditionSites(file, source),
  ];
}

/** The same words a second time get a number. */
function distinct(sites: readonly Site[]): readonly Site[] {
  const seen = new Map<string, number>();
  return sites.map((site) => {
    const count = (seen.get(site.id) ?? 0) + 1;
    seen.set(site.id, count);
    return count === 1 ? site : { ...site, id: `${site.id} (${count})` };
  });
}
