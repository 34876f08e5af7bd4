import { tmpdir } from "node:os";

import { defineConfig } from "vitest/config";

/** The web app and the hooks of `@mdreader/react` in real browsers, against the real server: `pnpm test:e2e`, after a build. */
export default defineConfig({
  test: {
    include: ["apps/web/e2e/**/*.e2e.ts", "packages/react/e2e/*.e2e.ts"],
    globalSetup: [
      "packages/db/src/testing/memory-folder.ts",
      "packages/db/src/testing/global-setup.ts",
      "apps/server/test/global-setup.ts",
    ],
    pool: "forks",
    maxWorkers: 1,
    // Loading the server takes seconds, so files share its modules, which Node runs itself.
    isolate: false,
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // `pnpm snapshots --update` records the pictures that `visual.e2e.ts` compares screens with. The run's own temporary
    // folder is deleted at its end, unlike the one for changed screens.
    env: { UPDATE_SNAPSHOTS: String(process.argv.includes("--update")), CHANGED_SCREENS_FOLDER: tmpdir() },
    retry: process.env["CI"] ? 2 : 0,
    testTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 120_000,
  },
});
