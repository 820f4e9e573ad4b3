import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { partsReporter } from "./properties/parts-reporter.ts";

/** By this condition the package's own name means its TypeScript (package.json, exports). */
const source = "jobchart-source";

/** `npm test`; what takes longer is named `*.soak.ts` and is `npm run soak`. */
export default defineConfig({
  resolve: { conditions: [source] },
  ssr: { resolve: { conditions: [source] } },
  test: {
    execArgv: [`--conditions=${source}`],
    include: ["**/*.test.ts"],
    exclude: ["node_modules/**", "dist/**", ".cache/**"],
    reporters: ["default", partsReporter()],
    pool: "forks",
    // A process each would cost a quarter of a second a file; so what a test changes it puts back.
    isolate: false,
    // One more than can compute at once: some always wait for a process or a server.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
