import type { RenderedBlocks } from "./blocks.ts";

/**
 * Returns the blocks of an embedded document: all but its front matter, or the section below a heading. Null if the
 * document doesn't have the heading.
 */
export function selectEmbedded(
  { blocks, lines, outline, hasFrontMatter }: RenderedBlocks,
  slug: string | null,
): string[] | null {
  if (slug === null) return blocks.slice(hasFrontMatter ? 1 : 0);
  const first = outline.findIndex((heading) => heading.slug === slug);
  const heading = outline[first];
  if (heading === undefined) return null;
  const next = outline.slice(first + 1).find(({ level }) => level <= heading.level);
  return blocks.filter((_, index) => {
    const line = lines[index] ?? 0;
    return line >= heading.line && (next === undefined || line < next.line);
  });
}
