/** The last line of `npm test`: how many tests did not run for want of what, and what gets it. */
import type { Reporter, TestModule } from "vitest/node";

/** Says nothing when every test ran. */
export function partsReporter(write: (line: string) => void = console.log): Reporter {
  return {
    onTestRunEnd: (modules) => {
      const line = missingLine(countMissing(modules));
      if (line !== undefined) write(line);
    },
  };
}

/** The number of tests that were skipped, by the part they want. */
function countMissing(modules: readonly TestModule[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const module of modules) {
    for (const test of module.children.allTests("skipped")) {
      const { missing } = test.meta();
      if (missing !== undefined) counts.set(missing, (counts.get(missing) ?? 0) + 1);
    }
  }
  return counts;
}

/** @example missingLine(new Map([["spin", 2]])); // "2 tests did not run for want of spin. …" */
export function missingLine(counts: ReadonlyMap<string, number>): string | undefined {
  if (counts.size === 0) return undefined;
  const total = counts.values().reduce((sum, count) => sum + count, 0);
  const wants = [...counts].map(([part, count]) => (counts.size > 1 ? `${part} (${count})` : part));
  const tests = total === 1 ? "1 test" : `${total} tests`;
  const them = counts.size === 1 ? "it" : "them";
  return `${tests} did not run for want of ${wants.join(" and ")}. To install ${them}: npm run setup`;
}
