import type { Heading } from "@mdreader/markdown";

interface OutlineProps {
  headings: readonly Heading[];
  /** The line at the top edge of the view. */
  topLine: number;
  onGo: (heading: Heading) => void;
}

const indents = ["pl-2", "pl-2", "pl-5", "pl-8", "pl-11", "pl-14", "pl-16"];

/** The headings of a document, with the current one marked. */
export function Outline({ headings, topLine, onGo }: OutlineProps) {
  if (headings.length === 0) return <p className="p-4 text-sm text-faint">Headings will appear here.</p>;
  const current = headings.findLastIndex(({ line }) => line <= topLine + 1);
  const highest = Math.min(...headings.map(({ level }) => level));
  return (
    <nav aria-label="Outline" className="p-2">
      <ul>
        {headings.map((heading, index) => (
          <li key={heading.slug}>
            <button
              type="button"
              aria-current={index === current ? "location" : undefined}
              onClick={() => onGo(heading)}
              className={`block w-full truncate rounded-md border-l-2 border-transparent py-1 pr-2 text-left text-sm text-faint hover:bg-hover hover:text-ink aria-[current]:border-accent aria-[current]:text-ink ${indents[heading.level - highest + 1] ?? "pl-2"}`}
            >
              {heading.text || "…"}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
