import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Installation } from "../../src/installation.ts";

const folder = import.meta.dirname;

/** The server in the published package, which has this module in place of `src/installation.ts`. */
export const installation: Installation = {
  version: (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version, // our own
  folder: process.cwd(),
  webRoot: join(folder, "web"),
  toCommandLine: (command) => `mdreader-server ${command}`,
  findAsset: (path) => join(folder, "assets", path),
};
