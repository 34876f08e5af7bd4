import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts"],
    globalSetup: ["packages/db/src/testing/global-setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    // Tests of sockets and processes share two cores with each other there: one that fails must fail again.
    retry: process.env["CI"] ? 2 : 0,
    testTimeout: 60_000,
    // A busy machine may take its time: what is waited for comes, or the test fails.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
  },
});
