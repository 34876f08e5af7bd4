import { join } from "node:path";

import { bundleProgram } from "@mdreader/packaging";

/** Builds the published package. The compiler must have run. */

const folder = join(import.meta.dirname, "..");

await bundleProgram({
  folder,
  entries: { index: join(folder, "src/index.ts") },
  exports: { ".": { types: "./types/index.d.ts", default: "./index.js" } },
  external: ["@mdreader/client", "@mdreader/server"],
  files: Object.fromEntries(
    ["index", "test-server", "test-user"].map((name) => [
      `types/${name}.d.ts`,
      join(folder, `dist/types/src/${name}.d.ts`),
    ]),
  ),
});
