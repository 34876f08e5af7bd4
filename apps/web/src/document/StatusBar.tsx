import type { Counts } from "@mdreader/markdown/render";

interface StatusBarProps {
  counts: Counts | null;
  /** Normalizes line endings. Undefined if they are uniform or the document is read-only. */
  onNormalize: (() => void) | undefined;
}

/** Document length, and a hint if line endings are mixed. */
export function StatusBar({ counts, onNormalize }: StatusBarProps) {
  if (counts === null) return <div className="not-printed low:hidden h-7 shrink-0 border-t border-line" />;
  return (
    <div className="not-printed flex low:hidden h-7 shrink-0 items-center gap-4 border-t border-line px-4 text-xs text-faint tabular-nums">
      <span>{formatCount(counts.words, "word")}</span>
      <span className="max-sm:hidden">{formatCount(counts.characters, "character")}</span>
      {onNormalize !== undefined && (
        <button type="button" className="underline hover:text-ink" onClick={onNormalize}>
          Normalize line endings
        </button>
      )}
      {counts.minutes > 0 && <span className="ml-auto">{counts.minutes} min read</span>}
    </div>
  );
}

const numbers = new Intl.NumberFormat();
const formatCount = (count: number, word: string) =>
  `${numbers.format(count)} ${word}${count === 1 ? "" : "s"}`;
