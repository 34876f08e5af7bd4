import { defineConfig } from "vitest/config";

/** The published packages, installed outside of this repository: `pnpm test:packages`. Needs the npm registry or its cache. */
export default defineConfig({
  test: {
    include: ["{packages,apps}/*/src/{,*.}package.test.ts", "packages/testing/src/*.test.ts"],
    globalSetup: [
      "packages/db/src/testing/global-setup.ts",
      "packages/packaging/src/testing/global-setup.ts",
    ],
    pool: "forks",
    maxWorkers: 2,
    isolate: false,
    experimental: { viteModuleRunner: false, nodeLoader: false },
    retry: process.env["CI"] ? 2 : 0,
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
