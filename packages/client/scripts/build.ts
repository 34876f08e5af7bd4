import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { bundleLibrary } from "@mdreader/packaging";
import type { Plugin } from "rolldown";

import { addJsdoc, features } from "./jsdoc.ts";

/**
 * Builds the published package: JavaScript that bundles the few parts of the contract that it needs, and declarations that
 * bundle the types of all procedures. The compiler must have run. It writes those types to
 * `packages/api/dist/types/src`, without the schemas that they were inferred from. The descriptions in those schemas become JSDoc. No
 * other part of the server is included.
 */

const folder = join(import.meta.dirname, "..");
const packages = join(folder, "..");
const apiTypes = join(packages, "api/dist/types/src");
/** The declarations of the features' routers, and the features. */
const routers = new Map(features.map((feature) => [join(apiTypes, feature, "router.d.ts"), feature]));

await bundleLibrary({
  folder,
  entries: { index: "index", live: "live/index", node: "node/index" },
  dependencies: /^(?:@noble\/hashes\/|@trpc\/|yjs$|y-protocols\/|node:)/,
  // Only types of the contract's schemas are used, so tree shaking removes zod.
  typesOnly: /^zod(?:$|\/)/,
  plugins: [resolveDeclarations()],
});

/** Resolves declarations to the compiler's output, describes the procedures, and replaces the server's call context. */
function resolveDeclarations(): Plugin {
  return {
    name: "declarations",
    resolveId: {
      order: "pre",
      handler(id, importer = "") {
        if (id === "@mdreader/api") return join(apiTypes, "root.d.ts");
        const contract = /^@mdreader\/contract(?:\/(?<part>[\w-]+))?$/.exec(id)?.groups;
        if (contract) {
          return join(packages, "contract/dist/types/src", `${contract["part"] ?? "index"}.d.ts`);
        }
        const isContext = id.endsWith("/context.ts") && importer.includes("/packages/api/");
        return isContext ? join(import.meta.dirname, "context.d.ts") : null;
      },
    },
    async load(id) {
      const feature = routers.get(id);
      return feature === undefined ? null : addJsdoc(feature, await readFile(id, "utf8"));
    },
  };
}
