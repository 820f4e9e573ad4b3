import { defineConfig } from "vitest/config";

/** `npm run soak`: the same suites with long numbers. */
export default defineConfig({
  test: {
    include: ["**/*.soak.ts"],
    exclude: ["node_modules/**", "dist/**"],
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
  },
});
