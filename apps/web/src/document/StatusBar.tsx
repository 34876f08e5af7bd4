import { type Counts, estimateReadingMinutes } from "./markdown/count-text.ts";

interface StatusBarProps {
  counts: Counts | null;
  /** Gives all lines the same ending. Undefined where they have it, or where nothing may be changed. */
  onNormalize: (() => void) | undefined;
}

/** How long the document is, and whether its lines end alike. */
export function StatusBar({ counts, onNormalize }: StatusBarProps) {
  if (counts === null) return <div className="h-7 shrink-0 border-t border-line" />;
  return (
    <div className="flex h-7 shrink-0 items-center gap-4 border-t border-line px-4 text-xs text-faint tabular-nums">
      <span>{plural(counts.words, "word")}</span>
      <span className="max-sm:hidden">{plural(counts.characters, "character")}</span>
      {onNormalize !== undefined && (
        <button type="button" className="underline hover:text-ink" onClick={onNormalize}>
          Normalize line endings
        </button>
      )}
      <span className="ml-auto">{estimateReadingMinutes(counts)} min to read</span>
    </div>
  );
}

const numbers = new Intl.NumberFormat();
const plural = (count: number, word: string) => `${numbers.format(count)} ${word}${count === 1 ? "" : "s"}`;
