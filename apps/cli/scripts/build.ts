import { join } from "node:path";

import { bundleProgram } from "@mdreader/packaging";

/** Builds the published package. */

await bundleProgram({ folder: join(import.meta.dirname, "..") });
