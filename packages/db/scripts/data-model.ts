import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { describeDataModel } from "./data-model/describe.ts";

/** `pnpm db:docs`: regenerates docs/data-model.md from the schema. */
const target = fileURLToPath(new URL("../../../docs/data-model.md", import.meta.url));
await writeFile(target, describeDataModel());
