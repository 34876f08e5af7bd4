import { loadEmoji } from "../emoji.ts";
import { type RenderedBlocks, renderBlocks } from "./blocks.ts";
import { loadGrammars } from "./code.ts";

/** Renders a text after loading the grammars and emoji that it needs. */
export async function renderCompletely(text: string): Promise<RenderedBlocks> {
  const rendered = renderBlocks(text);
  if (rendered.missingLanguages.size === 0 && !rendered.needsEmoji) return rendered;
  await Promise.all([
    loadGrammars(rendered.missingLanguages),
    rendered.needsEmoji && loadEmoji().catch(() => null),
  ]);
  return renderBlocks(text);
}
