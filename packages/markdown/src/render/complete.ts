import { loadEmoji } from "../emoji.ts";
import { type RenderedBlocks, renderBlocks } from "./blocks.ts";
import { loadGrammars } from "./code.ts";

/** Renders a text, and loads the grammars and emoji that it needs first. */
export async function renderCompletely(text: string): Promise<RenderedBlocks> {
  const rendered = renderBlocks(text);
  if (rendered.wanted.size === 0 && !rendered.wantsEmoji) return rendered;
  await Promise.all([loadGrammars(rendered.wanted), rendered.wantsEmoji && loadEmoji().catch(() => null)]);
  return renderBlocks(text);
}
