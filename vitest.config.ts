import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { partsReporter } from "./properties/parts-reporter.ts";

/** `npm test`; what takes longer is named `*.soak.ts` and is `npm run soak`. */
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["node_modules/**", "dist/**", ".cache/**"],
    reporters: ["default", partsReporter()],
    pool: "forks",
    maxWorkers: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
