import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./config.ts";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }; // our own

/** The version of MDReader. */
export const { version } = manifest;
