import { writePages } from "./reference/pages.ts";
import { renderReference } from "./reference/render.ts";

/** `pnpm docs:reference`: regenerates docs/reference from the contract. */
await writePages(renderReference());
