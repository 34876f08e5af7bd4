import { rm } from "node:fs/promises";
import { join } from "node:path";

import { type InputOptions, type Plugin, rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";

/**
 * Builds the published package: JavaScript that bundles the few parts of the contract that it needs, and declarations that
 * bundle the types of all procedures. The compiler must have run. It writes those types to
 * `packages/api/dist/types/src/root.d.ts`, without the schemas that they were inferred from. No other part of the server
 * is included.
 */

const folder = join(import.meta.dirname, "..");
const output = join(folder, "dist/package");
const packages = join(folder, "..");

/** The dependencies of the package. All other imports must be bundled. */
const dependencies = /^(?:@noble\/hashes\/|@trpc\/|yjs$|y-protocols\/|node:)/;

await rm(output, { recursive: true, force: true });
await bundle({
  input: entries((name) => join(folder, "src", `${name}.ts`)),
  transform: { target: "es2023" },
});
await bundle({
  input: entries((name) => join(folder, "dist/types/src", `${name}.d.ts`)),
  plugins: [declarations(), dts({ dtsInput: true, tsconfig: false })],
});

function entries(pathOf: (name: string) => string): Record<string, string> {
  return { index: pathOf("index"), live: pathOf("live/index"), node: pathOf("node/index") };
}

async function bundle(options: InputOptions): Promise<void> {
  await using build = await rolldown({
    ...options,
    // Only types of the contract's schemas are used, so tree shaking removes zod.
    external: (id) => dependencies.test(id) || /^zod(?:$|\/)/.test(id),
    treeshake: { moduleSideEffects: false },
    platform: "neutral",
    // Every warning is an error, except those about a slow machine.
    checks: { pluginTimings: false },
    onLog(level, log) {
      throw new Error(`${level}: ${log.message}`);
    },
  });
  const { output: chunks } = await build.write({ dir: output, chunkFileNames: "shared-[hash].js" });
  const names = new Set(chunks.map(({ fileName }) => fileName));
  const missing = chunks
    .flatMap((chunk) => (chunk.type === "chunk" ? chunk.imports : []))
    .filter((id) => !names.has(id) && !dependencies.test(id));
  if (missing.length > 0) throw new Error(`the package would need ${missing.join(", ")}`);
}

/** Resolves declarations to the compiler's output, and replaces the server's call context. */
function declarations(): Plugin {
  return {
    name: "declarations",
    resolveId: {
      order: "pre",
      handler(id, importer = "") {
        if (id === "@mdreader/api") return join(packages, "api/dist/types/src/root.d.ts");
        const contract = /^@mdreader\/contract(?:\/(?<part>[\w-]+))?$/.exec(id)?.groups;
        if (contract) {
          return join(packages, "contract/dist/types/src", `${contract["part"] ?? "index"}.d.ts`);
        }
        const isContext = id.endsWith("/context.ts") && importer.includes("/packages/api/");
        return isContext ? join(import.meta.dirname, "context.d.ts") : null;
      },
    },
  };
}
