import { globSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../../../docs/reference/", import.meta.url));

/** Replaces the pages of `docs/reference`. */
export async function writePages(pages: ReadonlyMap<string, string>): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [path, text] of pages) {
    await mkdir(dirname(folder + path), { recursive: true });
    await writeFile(folder + path, text);
  }
}

/** Reads the pages of `docs/reference`. */
export function readPages(): Map<string, string> {
  const paths = globSync("**/*.md", { cwd: folder });
  return new Map(paths.map((path) => [path, readFileSync(folder + path, "utf8")]));
}
