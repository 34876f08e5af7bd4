import type { RenderedBlocks } from "./blocks.ts";

/**
 * Returns the blocks that are shown where a document is embedded: all but its front matter, or the section with a
 * heading. Null if it has no such heading.
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
