import { defineConfig } from "vitest/config";

/** `npm test`; what takes longer is named `*.soak.ts` and is `npm run soak`. */
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["node_modules/**", "dist/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
