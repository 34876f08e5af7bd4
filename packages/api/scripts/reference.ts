import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

import { renderReference } from "./reference/render.ts";

/** `pnpm docs:reference`: regenerates docs/reference from the contract. */
const folder = fileURLToPath(new URL("../../../docs/reference/", import.meta.url));
await rm(folder, { recursive: true, force: true });
for (const [path, text] of renderReference()) {
  await mkdir(dirname(folder + path), { recursive: true });
  await writeFile(folder + path, text);
}
