import { rm } from "node:fs/promises";
import { join } from "node:path";

import { type InputOptions, type Plugin, rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";

/** A package of modules for other programs, in browsers too. */
export interface LibraryPackage {
  /** The folder of the package in this repository. */
  folder: string;
  /** Paths of modules in `src`, without extensions, by the names of their bundles. */
  entries: Record<string, string>;
  /** Modules that users install as dependencies. All others are bundled. */
  dependencies: RegExp;
  /** Modules that only types refer to. No code may need them. */
  typesOnly?: RegExp;
  /** Plugins for the declarations. */
  plugins?: Plugin[];
}

/**
 * Builds a package in `dist/package`: JavaScript, and declarations from those that the compiler wrote to `dist/types`.
 * The compiler must have run.
 */
export async function bundleLibrary(library: LibraryPackage): Promise<void> {
  const { folder, entries, dependencies, typesOnly, plugins = [] } = library;
  const output = join(folder, "dist/package");
  const toInput = (resolve: (path: string) => string) =>
    Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, resolve(path)]));

  async function bundle(options: InputOptions): Promise<void> {
    await using build = await rolldown({
      ...options,
      external: (id) => dependencies.test(id) || typesOnly?.test(id) === true,
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

  await rm(output, { recursive: true, force: true });
  await bundle({
    input: toInput((path) => join(folder, "src", `${path}.ts`)),
    transform: { target: "es2023" },
  });
  await bundle({
    input: toInput((path) => join(folder, "dist/types/src", `${path}.d.ts`)),
    plugins: [...plugins, dts({ dtsInput: true, tsconfig: false })],
  });
}
