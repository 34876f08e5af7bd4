import { tmpdir } from "node:os";
import { join } from "node:path";

import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Workers and the processes that tests start compile each module once, not once per process.
process.env["NODE_COMPILE_CACHE"] ??= join(tmpdir(), "node-compile-cache");

/** Starts the files of the apps first. They wait for processes, and the short files of the packages fill the gaps. */
class AppsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // The sequencer's own method, not that of arrays.
    // oxlint-disable-next-line unicorn/no-array-sort
    const sorted = await super.sort(files);
    const isApp = ({ moduleId }: TestSpecification) => moduleId.includes("/apps/");
    return [...sorted.filter(isApp), ...sorted.filter((file) => !isApp(file))];
  }
}

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts"],
    // `pnpm test:packages`
    exclude: ["**/node_modules/**", "**/src/{,*.}package.test.ts", "packages/testing/**"],
    globalSetup: [
      "packages/db/src/testing/memory-folder.ts",
      "packages/db/src/testing/global-setup.ts",
      "apps/server/test/global-setup.ts",
    ],
    pool: "forks",
    // Twice the two cores: many tests wait for processes, sockets and timers.
    maxWorkers: 4,
    // Loading the modules takes longer than most files. No module keeps state that a test can see, so files share them.
    isolate: false,
    // Node runs the sources itself, as it does in development and production.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    sequence: { sequencer: AppsFirst },
    // Tests of sockets and processes share two cores with each other there: one that fails must fail again.
    retry: process.env["CI"] ? 2 : 0,
    testTimeout: 120_000,
    // A busy machine may take its time: what is waited for comes, or the test fails. Polling takes time from what it waits for.
    expect: { poll: { timeout: 20_000, interval: 150 } },
    hookTimeout: 120_000,
  },
});
