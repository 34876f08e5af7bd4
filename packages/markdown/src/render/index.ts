export { loadEmoji } from "../emoji.ts";
export type { Heading } from "../headings.ts";
export { type RenderedBlocks, renderBlocks } from "./blocks.ts";
export { selectEmbedded } from "./embedded.ts";
export { loadGrammars } from "./code.ts";
export type { Counts } from "./count-text.ts";
