import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The installation that the server runs from: this repository, or the published package. */
export interface Installation {
  /** The version of MDReader. */
  version: string;
  /** The folder of `.env`, which relative paths in settings are resolved against. */
  folder: string;
  /** The folder of the built web app. */
  webRoot: string;
  /** Returns the command line that runs a command of the server, such as `admin list`. */
  toCommandLine(command: string): string;
  /** Finds a file of an installed package, such as `redoc/bundles/redoc.standalone.js`. */
  findAsset(path: string): string;
}

/** The root folder of the repository. */
export const root = fileURLToPath(new URL("../../..", import.meta.url));

const { resolve } = createRequire(import.meta.url);

/** The server in this repository. The published package has `scripts/package/installation.ts` in place of this module. */
export const installation: Installation = {
  version: (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version, // our own
  folder: root,
  webRoot: join(root, "apps/web/dist"),
  toCommandLine: (command) => `pnpm ${command}`,
  findAsset: (path) => resolve(path),
};
