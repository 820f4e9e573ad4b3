/**
 * `npm run mutants [-- WORD…]`: tries every mutant whose id holds all the words, and prints who
 * killed how many. Fails when one lives that survivors.ts does not argue, or one argued there is
 * killed; `--why` prints of each what was wrong with it.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { realWorld } from "../../bus/world.ts";
import { tryAll } from "./gate.ts";
import { allSites } from "./sites.ts";
import { survivors } from "./survivors.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { why: { type: "boolean", default: false } },
});
const sites = allSites().filter(({ id }) => positionals.every((word) => id.includes(word)));
const counts = new Map<string, number>();
const wrong: string[] = [];
const begun = realWorld.monotonic();

for await (const { site, by, why } of tryAll([null, ...sites], availableParallelism())) {
  if (site === null) {
    if (by === undefined) continue;
    throw new Error(`something is wrong with the code as it is: ${by}: ${why}`);
  }
  const argument = survivors[site.id];
  const fate = by ?? (argument === undefined ? "lives" : "lives, as argued");
  counts.set(fate, (counts.get(fate) ?? 0) + 1);
  if (values.why) console.log(`${fate}: ${site.id}${why === undefined ? "" : `\n  ${why}`}`);
  if (by === undefined && argument === undefined) wrong.push(`lives: ${site.id}`);
  if (by !== undefined && argument !== undefined) wrong.push(`argued, but dead: ${site.id}`);
}

const seconds = Math.round((realWorld.monotonic() - begun) / 1_000);
const fates = [...counts].map(([fate, count]) => `${fate} ${count}`).join(", ");
console.log(`${sites.length} mutants in ${seconds} s: ${fates}`);
for (const line of wrong) console.log(line);
process.exitCode = wrong.length === 0 ? 0 : 1;
