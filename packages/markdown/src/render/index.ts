export type { Heading } from "../headings.ts";
export { type RenderedBlocks, renderBlocks } from "./blocks.ts";
export { type ComparedBlock, compareBlocks } from "./compare-blocks.ts";
export { renderCompletely } from "./complete.ts";
export { selectEmbedded } from "./embedded.ts";
export type { Counts } from "./count-text.ts";
export { type PageOptions, renderPage } from "./page.ts";
export type { PagePart } from "./page-parts.ts";
