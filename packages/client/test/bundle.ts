import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "vite";

/** The code of this package that a web page loads. */
export interface Bundle {
  /** The bundled files. */
  modules: string[];
  /** The compressed size in bytes. */
  gzipped: number;
}

export async function bundle(): Promise<Bundle> {
  const built = await build({
    root: fileURLToPath(new URL("..", import.meta.url)),
    configFile: false,
    logLevel: "error",
    build: { write: false, lib: { entry: "src/index.ts", formats: ["es"] }, minify: true, target: "es2024" },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunks = outputs.flatMap((one) => ("output" in one ? one.output : []));
  const code = chunks.flatMap((chunk) => (chunk.type === "chunk" ? [chunk] : []));
  return {
    modules: code.flatMap(({ moduleIds }) => moduleIds),
    gzipped: gzipSync(code.map((chunk) => chunk.code).join("\n")).byteLength,
  };
}
