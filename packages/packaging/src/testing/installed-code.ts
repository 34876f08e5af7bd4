import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const patches = join(import.meta.dirname, "../../../../patches");

/** The files of an installed package, by their paths in it. */
export const listFiles = (folder: string): Promise<string[]> => readdir(folder, { recursive: true });

/** The code of an installed package, with single spaces. */
export async function readCode(folder: string): Promise<string> {
  const files = (await listFiles(folder)).filter((name) => name.endsWith(".js"));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  return toSingleSpaces(texts.join("\n"));
}

/** The lines of code that the patch of a dependency adds to its modules, with single spaces. */
export async function readPatch(dependency: string): Promise<string[]> {
  const prefix = `${dependency.replace("/", "__")}@`;
  const file = (await readdir(patches)).find((name) => name.startsWith(prefix));
  if (file === undefined) throw new Error(`${dependency} is not patched`);
  const changes = (await readFile(join(patches, file), "utf8")).split(/^diff --git /m);
  const ofModules = changes.filter((change) => /^\S+\.m?js /.test(change)).join("\n");
  const added = Array.from(ofModules.matchAll(/^\+(?!\+\+)\s*(?!\/\/)(\S.*)$/gm), ([, code = ""]) => code);
  return [...new Set(added.map(toSingleSpaces))];
}

const toSingleSpaces = (text: string) => text.replaceAll(/\s+/g, " ");
