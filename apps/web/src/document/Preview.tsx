import { useEffect, useEffectEvent, useRef } from "react";

import type { ResolveFiles } from "./markdown/enhance.ts";
import { scrollToSlug } from "./markdown/follow-link.ts";
import { Markdown } from "./markdown/Markdown.tsx";
import type { PreviewDom } from "./markdown/preview-dom.ts";
import type { RenderedPatch } from "./markdown/protocol.ts";
import { scrollPreviewToLine, findTopLineOfPreview } from "./scroll/preview.ts";

/** The preview's imperative handle. */
export interface PreviewHandle extends Pick<RenderedPatch, "outline" | "counts"> {
  scroller: HTMLElement;
  surface: PreviewDom;
  showLine(line: number): void;
  showHeading(slug: string): void;
}

interface PreviewProps {
  text: string;
  isHidden: boolean;
  /** The preview takes the full width. */
  isAlone: boolean;
  resolveFiles?: ResolveFiles;
  onRendered: (handle: PreviewHandle) => void;
  /** Called with the line at the top edge while the preview scrolls. */
  onTopLine: ((line: number) => void) | undefined;
  onFollow: (path: string) => void;
  onTask: ((line: number, done: boolean) => void) | undefined;
}

/** The rendered document. Hidden, it still provides the outline and counts. */
export function Preview({ text, isHidden, isAlone, onRendered, onTopLine, ...rest }: PreviewProps) {
  const place = useRef<HTMLDivElement>(null);
  const surface = useRef<PreviewDom | null>(null);
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
        className={`mx-auto max-w-[46rem] px-6 md:px-10 ${isAlone ? "py-10 md:py-14" : "py-6"} pb-[40vh]`}
      >
        {text === "" && <p className="text-faint">This document is empty.</p>}
        <Markdown
          text={text}
          {...rest}
          onRendered={({ outline, counts }, blocks) => {
            const scroller = place.current;
            if (scroller === null) return;
            surface.current = blocks;
            onRendered({
              scroller,
              surface: blocks,
              outline,
              counts,
              showLine: (line) => scrollPreviewToLine(scroller, blocks, line),
              showHeading: (slug) => scrollToSlug(blocks, slug),
            });
          }}
        />
      </article>
    </section>
  );
}
