import { type Counts, readingMinutes } from "./markdown/counts.ts";

/** How long the document is. */
export function StatusBar({ counts }: { counts: Counts | null }) {
  if (counts === null) return <div className="h-7 shrink-0 border-t border-line" />;
  return (
    <div className="flex h-7 shrink-0 items-center gap-4 border-t border-line px-4 text-xs text-faint tabular-nums">
      <span>{plural(counts.words, "word")}</span>
      <span className="max-sm:hidden">{plural(counts.characters, "character")}</span>
      <span className="ml-auto">{readingMinutes(counts)} min to read</span>
    </div>
  );
}

const numbers = new Intl.NumberFormat();
const plural = (count: number, word: string) => `${numbers.format(count)} ${word}${count === 1 ? "" : "s"}`;
