import { defineConfig } from "vitest/config";

/** The web app in a real Chromium, against the real server: `pnpm test:e2e`, after a build. */
export default defineConfig({
  test: {
    include: ["apps/web/e2e/**/*.e2e.ts"],
    globalSetup: ["packages/db/src/testing/global-setup.ts"],
    pool: "forks",
    maxWorkers: 1,
    retry: process.env["CI"] ? 2 : 0,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
