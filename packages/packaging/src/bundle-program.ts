import { existsSync } from "node:fs";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { basename, dirname, join, matchesGlob } from "node:path";

import { type Plugin, rolldown } from "rolldown";

import { findPackageFolder, type Manifest, readManifest } from "./manifest.ts";
import { describeLicenses } from "./third-party-licenses.ts";

const root = join(import.meta.dirname, "../../..");

type Exports = Record<string, string | Record<string, string>>;

/** A package whose programs run outside of this repository. */
export interface ProgramPackage {
  /** The folder of the package in this repository. Its `bin` names the programs. */
  folder: string;
  /** Other entry files, by the names of their bundles. */
  entries?: Record<string, string>;
  /** The exports for other packages. Default: none. */
  exports?: Exports;
  /** Patterns of packages that cannot be bundled, such as native code. Users install them as dependencies. */
  external?: readonly string[];
  /** Modules of this repository that are replaced by others: paths of files. */
  replacements?: Record<string, string>;
  /** Files and folders to copy without source maps, by their path in the package. */
  files?: Record<string, string>;
}

/**
 * Builds a package in `dist/package`: JavaScript that bundles the sources of this repository and their dependencies, as
 * patched here, and a manifest with the remaining dependencies. All bundles are in one folder, so that workers and
 * folders named by `new URL("…", import.meta.url)` are found beside them.
 */
export async function bundleProgram(program: ProgramPackage): Promise<void> {
  const { folder, entries = {}, exports, external = [], replacements = {}, files = {} } = program;
  const output = join(folder, "dist/package");
  const manifest = await readManifest(folder);
  const programs = Object.entries(manifest.bin).map(([name, path]) => [name, join(folder, path)] as const);
  const folders = new Map<string, string>();
  const isExternal = (id: string) => isBuiltin(id) || external.some((pattern) => matchesGlob(id, pattern));

  await rm(output, { recursive: true, force: true });
  await using build = await rolldown({
    input: { ...Object.fromEntries(programs), ...entries },
    platform: "node",
    transform: { target: "es2024" },
    external: isExternal,
    plugins: [replaceModules(replacements), bundleLocations(folders)],
    checks: { pluginTimings: false },
    onLog(level, log) {
      throw new Error(`${level}: ${log.message}`);
    },
  });
  const { output: chunks } = await build.write({ dir: output, chunkFileNames: "[name]-[hash].js" });

  const modules = new Set(chunks.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : [])));
  const names = new Set(chunks.map(({ fileName }) => fileName));
  const imported = chunks.flatMap((chunk) =>
    chunk.type === "chunk" ? [...chunk.imports, ...chunk.dynamicImports] : [],
  );
  const missing = imported.filter((id) => !names.has(id) && !isExternal(id));
  if (missing.length > 0) throw new Error(`the package would need ${missing.join(", ")}`);

  const packages = new Set<string>();
  for (const id of modules) {
    const path = id.replace(/^\0/, "").replace(/\?.*$/, "");
    if (existsSync(path)) packages.add(await findPackageFolder(path));
  }
  const isOurs = (path: string) => !path.includes("/node_modules/");
  const ours = await Promise.all([...packages].filter(isOurs).map(readManifest));
  const built = createManifest(await readManifest(root), manifest, ours, { exports, external });
  await writeFile(join(output, "package.json"), `${JSON.stringify(built, null, 2)}\n`);
  await writeFile(
    join(output, "THIRD-PARTY-LICENSES"),
    await describeLicenses([...packages].filter((path) => !isOurs(path))),
  );
  const copies = { "README.md": join(folder, "README.md"), ...Object.fromEntries(folders), ...files };
  for (const [path, source] of Object.entries(copies)) {
    await mkdir(dirname(join(output, path)), { recursive: true });
    await cp(source, join(output, path), { recursive: true, filter: (file) => !file.endsWith(".map") });
  }
}

/**
 * The manifest of the built package, which has the version of this repository, as all published packages have. pnpm replaces
 * `catalog:` when it packs.
 */
function createManifest(
  { version }: Manifest,
  manifest: Manifest,
  bundled: readonly Manifest[],
  { exports, external = [] }: Pick<ProgramPackage, "exports" | "external">,
) {
  const compatible = `~${version.replace(/\.\d+$/, ".0")}`;
  const pick = (field: "dependencies" | "optionalDependencies" | "peerDependencies") =>
    Object.fromEntries(
      bundled
        .flatMap((source) => Object.entries(source[field]))
        .filter(([name]) => external.some((pattern) => matchesGlob(name, pattern)))
        .map(([name, range]) => [name, range.startsWith("workspace:") ? compatible : range] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
  return {
    ...manifest,
    version,
    bin: Object.fromEntries(Object.keys(manifest.bin).map((name) => [name, `./${name}.js`])),
    exports,
    dependencies: pick("dependencies"),
    optionalDependencies: pick("optionalDependencies"),
    peerDependencies: pick("peerDependencies"),
    publishConfig: { access: "public" },
  };
}

function replaceModules(replacements: Record<string, string>): Plugin {
  return {
    name: "replace-modules",
    async resolveId(id, importer, options) {
      const resolved = await this.resolve(id, importer, { ...options, skipSelf: true });
      const replacement = resolved === null ? undefined : replacements[resolved.id];
      return replacement ?? resolved;
    },
  };
}

/**
 * Bundles the programs that sources name by `new URL("program.ts", import.meta.url)`, and notes the folders that they
 * name in this way.
 *
 * @param folders Receives the folders, by their names in the package.
 */
function bundleLocations(folders: Map<string, string>): Plugin {
  const location = /new URL\("(?<path>[^"]+)", import\.meta\.url\)/g;
  return {
    name: "bundle-locations",
    transform: {
      filter: {
        id: { include: /\.ts$/, exclude: /\/node_modules\// },
        code: /new URL\("[^"]+", import\.meta\.url\)/,
      },
      handler(code, id) {
        return code.replaceAll(location, (_, path: string) => {
          const target = join(dirname(id), path);
          const name = path.endsWith(".ts") ? `${basename(path, ".ts")}.js` : basename(target);
          if (path.endsWith(".ts")) this.emitFile({ type: "chunk", id: target, fileName: name });
          else folders.set(name, target);
          return `new URL("./${name}", import.meta.url)`;
        });
      },
    },
  };
}
