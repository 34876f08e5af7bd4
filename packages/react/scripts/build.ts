import { join } from "node:path";

import { bundleLibrary } from "@mdreader/packaging";

/** Builds the published package: hooks, without the client and the libraries that they need. The compiler must have run. */

await bundleLibrary({
  folder: join(import.meta.dirname, ".."),
  entries: { index: "index", live: "live/index" },
  dependencies: /^(?:@mdreader\/client(?:$|\/)|@tanstack\/|@trpc\/|react(?:$|\/))/,
});
