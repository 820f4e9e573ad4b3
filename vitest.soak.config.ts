import { defineConfig } from "vitest/config";

/** `npm run soak`: the same suites with long numbers. */
export default defineConfig({
  resolve: { conditions: ["jobchart-source"] },
  ssr: { resolve: { conditions: ["jobchart-source"] } },
  test: {
    execArgv: ["--conditions=jobchart-source"],
    include: ["**/*.soak.ts"],
    exclude: ["node_modules/**", "dist/**"],
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
  },
});
