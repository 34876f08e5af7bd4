import { SquarePen } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";

import { Button } from "../ui/Button.tsx";
import { isCommand } from "../ui/Shortcut.tsx";
import type { OpenEmbed } from "./markdown/embeds.ts";
import { scrollToSlug } from "./markdown/follow-link.ts";
import type { ResolveFiles } from "./markdown/images.ts";
import { Markdown } from "./markdown/Markdown.tsx";
import type { PreviewDom } from "./markdown/preview-dom.ts";
import type { RenderedPatch } from "./markdown/protocol.ts";
import { scrollPreviewToLine, findTopLineOfPreview } from "./scroll/preview.ts";

/** The preview's imperative handle. */
export interface PreviewHandle extends Pick<RenderedPatch, "outline" | "counts"> {
  /** The text that is shown. */
  text: string;
  scroller: HTMLElement;
  surface: PreviewDom;
  showLine(line: number): void;
  showHeading(slug: string): void;
  /** Calls `listener` when blocks get their contents. Returns a function that unsubscribes. */
  subscribeFilled(listener: () => void): () => void;
}

interface PreviewProps {
  text: string;
  /** Shown above a text that has no heading of the first level, if the preview is alone or printed. */
  title: string;
  isHidden: boolean;
  /** The preview takes the full width. */
  isAlone: boolean;
  resolveFiles?: ResolveFiles;
  openEmbed: OpenEmbed;
  documentId: string;
  onRendered: (handle: PreviewHandle) => void;
  /** Called with the line at the top edge while the preview scrolls. */
  onTopLine: ((line: number) => void) | undefined;
  onFollow: (path: string) => void;
  onTask: ((line: number, done: boolean) => void) | undefined;
  /** Begins to write an empty document; undefined for a reader. */
  onWrite: (() => void) | undefined;
}

/** The rendered document. Hidden, it still provides the outline and counts. */
export function Preview({
  text,
  title,
  isHidden,
  isAlone,
  onRendered,
  onTopLine,
  onWrite,
  ...rest
}: PreviewProps) {
  const place = useRef<HTMLDivElement>(null);
  const surface = useRef<PreviewDom | null>(null);
  // Select All selects the document, not the page around it.
  useEffect(() => {
    const selectAll = (event: KeyboardEvent) => {
      const { target, key } = event;
      const scroller = place.current;
      if (scroller === null || !(target instanceof Element) || key !== "a" || !isCommand(event)) return;
      const isOutside =
        isAlone && target.closest("input, textarea, [contenteditable], [role=dialog]") === null;
      if (!scroller.contains(target) && !isOutside) return;
      const prose = scroller.querySelector(".prose");
      if (prose === null) return;
      event.preventDefault();
      surface.current?.fillAll();
      getSelection()?.selectAllChildren(prose);
    };
    addEventListener("keydown", selectAll);
    return () => removeEventListener("keydown", selectAll);
  }, [isAlone]);
  const [isTitled, setTitled] = useState(true);
  const [filled] = useState(() => new Set<() => void>());
  const scrolled = useEffectEvent(() => {
    if (place.current !== null && surface.current !== null)
      onTopLine?.(findTopLineOfPreview(place.current, surface.current));
  });
  useEffect(() => {
    const scroller = place.current;
    if (scroller === null) return;
    scroller.tabIndex = 0; // scrollable regions must be reachable by keyboard
    scroller.addEventListener("scroll", scrolled, { passive: true });
    return () => scroller.removeEventListener("scroll", scrolled);
  }, []);
  return (
    <section
      ref={place}
      aria-label="Preview"
      className={`pane min-h-0 overflow-y-auto outline-none [scrollbar-gutter:stable] ${isHidden ? "not-print:hidden" : ""}`}
    >
      <article
        className={`mx-auto max-w-[46rem] px-6 md:px-10 ${isAlone ? "py-10 md:py-14" : "py-6"} pb-[40vh] print:max-w-none print:p-0`}
      >
        {!isTitled && (
          <h1
            dir="auto"
            className={`mb-8 text-[1.75rem]/tight font-semibold tracking-tight wrap-break-word ${isAlone ? "" : "hidden print:block"}`}
          >
            {title}
          </h1>
        )}
        {text === "" && <p className="text-faint">This document is empty.</p>}
        {text === "" && isAlone && onWrite !== undefined && (
          <Button kind="primary" className="mt-4" onClick={onWrite}>
            <SquarePen aria-hidden="true" className="size-4" />
            Start writing
          </Button>
        )}
        <Markdown
          text={text}
          {...rest}
          onFilled={() => {
            for (const listener of filled) listener();
          }}
          onRendered={({ outline, counts }, blocks) => {
            const scroller = place.current;
            if (scroller === null) return;
            surface.current = blocks;
            setTitled(outline.some(({ level }) => level === 1));
            onRendered({
              text,
              scroller,
              surface: blocks,
              outline,
              counts,
              showLine: (line) => scrollPreviewToLine(scroller, blocks, line),
              showHeading: (slug) => scrollToSlug(blocks, slug),
              subscribeFilled(listener) {
                filled.add(listener);
                return () => filled.delete(listener);
              },
            });
          }}
        />
      </article>
    </section>
  );
}
