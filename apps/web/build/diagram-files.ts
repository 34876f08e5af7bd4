import type { Plugin, Rolldown } from "vite";

/** The page of the frame that draws diagrams. */
const framePage = "diagram.html";

/**
 * Finds the scripts that only the frame of diagrams loads. Its opaque origin has no service worker, so they would be
 * stored for nothing.
 */
export function createDiagramFiles() {
  const files = new Set<string>();
  const plugin: Plugin = {
    name: "diagram-files",
    generateBundle(_options, bundle) {
      const pages = Object.values(bundle).filter((file) => file.type === "chunk" && file.isEntry);
      const needed = new Set<string>();
      for (const page of pages) {
        const isFrame = page.type === "chunk" && page.facadeModuleId?.endsWith(framePage) === true;
        addImports(page.fileName, bundle, isFrame ? files : needed);
      }
      for (const file of needed) files.delete(file);
    },
  };
  return { plugin, files };
}

/** Adds a script and all that it imports, statically or on demand. */
function addImports(name: string, bundle: Rolldown.OutputBundle, found: Set<string>): void {
  const file = bundle[name];
  if (found.has(name) || file?.type !== "chunk") return;
  found.add(name);
  for (const imported of [...file.imports, ...file.dynamicImports]) addImports(imported, bundle, found);
}
