import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { readIdentity } from "./manifest.ts";

/** Returns the licenses of bundled packages, which require that copies contain them. */
export async function describeLicenses(folders: Iterable<string>): Promise<string> {
  const sections = await Promise.all(Array.from(folders, describeLicense));
  return `Licenses of the packages that are bundled with this one.\n\n${[...new Set(sections)].toSorted().join("\n")}`;
}

async function describeLicense(folder: string): Promise<string> {
  const { name, version, license = "see below" } = await readIdentity(folder);
  const file = (await readdir(folder)).find((entry) => /^(?:licen[cs]e|copying)(?:[.-]|$)/i.test(entry));
  const text = file === undefined ? "" : `\n${(await readFile(join(folder, file), "utf8")).trim()}\n`;
  return `## ${name} ${version}: ${license}\n${text}`;
}
