import "./prose.css";
import { useEffect, useEffectEvent, useRef, useState } from "react";

import type { OpenEmbed } from "./embeds.ts";
import { createEnhancer } from "./enhance.ts";
import { decodeTarget, scrollToSlug, handleLinkClick } from "./follow-link.ts";
import type { ResolveFiles } from "./images.ts";
import { createPreviewDom, type PreviewDom } from "./preview-dom.ts";
import { registerForPrint } from "./print.ts";
import type { RenderedPatch } from "./protocol.ts";
import { createRenderer, type Renderer } from "./renderer.ts";

export interface MarkdownProps {
  text: string;
  /** Resolves the paths of attached images. */
  resolveFiles?: ResolveFiles;
  /** Opens embedded documents. Without it, a note is shown in their place. */
  openEmbed?: OpenEmbed | undefined;
  /** The document, which is not embedded in itself. */
  documentId?: string;
  /** Opens a relative link. */
  onFollow?: (path: string) => void;
  /** Toggles the checkbox of a task. Without it, checkboxes are read-only. Lines count from 0. */
  onTask?: ((line: number, done: boolean) => void) | undefined;
  /** Called when a block gets its contents, including when it is scrolled into view. */
  onFilled?: () => void;
  /** Called after each change is shown. */
  onRendered?: (patch: RenderedPatch, surface: PreviewDom) => void;
}

/** Rendered Markdown: rendered in a worker, sanitized, and patched in place. */
export function Markdown({
  text,
  resolveFiles,
  openEmbed,
  documentId,
  onFollow,
  onTask,
  onFilled,
  onRendered,
}: MarkdownProps) {
  const place = useRef<HTMLDivElement>(null);
  const renderer = useRef<Renderer | null>(null);
  const surface = useRef<PreviewDom | null>(null);
  const [failed, setFailed] = useState(false);
  const getContext = useEffectEvent(() => ({
    resolveFiles,
    openEmbed,
    around: documentId === undefined ? [] : [documentId],
  }));
  const notifyRendered = useEffectEvent((patch: RenderedPatch, on: PreviewDom) => {
    setFailed(false);
    onRendered?.(patch, on);
  });
  const mayTick = onTask !== undefined;
  const notifyFilled = useEffectEvent(() => onFilled?.());
  const prepareTasks = useEffectEvent((block: Element) => setTaskBoxes(block, mayTick));

  useEffect(() => {
    const root = place.current;
    if (root === null) return;
    const enhancer = createEnhancer(() => getContext());
    const blocks = createPreviewDom(root, (block) => {
      enhancer.add(block);
      prepareTasks(block);
      notifyFilled();
    });
    let isFirst = true;
    const rendering = createRenderer({
      async onPatch(patch) {
        await blocks.apply(patch);
        root.dataset["ready"] = "";
        notifyRendered(patch, blocks);
        if (isFirst && location.hash !== "") scrollToSlug(blocks, decodeTarget(location.hash.slice(1)));
        isFirst = false;
      },
      onFailure() {
        blocks.clear();
        setFailed(true);
      },
    });
    [renderer.current, surface.current] = [rendering, blocks];
    const unregister = registerForPrint(() => {
      blocks.fillAll();
      return enhancer.complete(root);
    });
    return () => {
      unregister();
      rendering.close();
      enhancer.close();
      blocks.close();
    };
  }, []);
  useEffect(() => renderer.current?.render(text), [text]);
  // The role can change while the document is open.
  useEffect(() => {
    if (place.current !== null) setTaskBoxes(place.current, mayTick);
  }, [mayTick]);

  const take = useEffectEvent((event: MouseEvent) => {
    if (surface.current !== null) handleLinkClick(event, surface.current, { onFollow });
  });
  const tick = useEffectEvent(({ target }: Event) => {
    if (!(target instanceof HTMLInputElement) || surface.current === null) return;
    const { blocks, lines } = surface.current;
    const start = lines[blocks.findIndex((block) => block.contains(target))];
    if (start !== undefined) onTask?.(start + Number(target.dataset["line"] ?? 0), target.checked);
  });
  useEffect(() => {
    const root = place.current;
    root?.addEventListener("click", take);
    root?.addEventListener("change", tick);
    return () => {
      root?.removeEventListener("click", take);
      root?.removeEventListener("change", tick);
    };
  }, []);

  return (
    <>
      {failed && (
        <p role="alert" className="prose-failure">
          This document can't be rendered, or rendering took too long. The source is intact.
        </p>
      )}
      <div ref={place} className="prose" />
    </>
  );
}

/** Enables or disables the checkboxes of tasks. */
function setTaskBoxes(within: Element, mayTick: boolean): void {
  for (const box of within.querySelectorAll<HTMLInputElement>(".task-box:not(.embed *)"))
    box.disabled = !mayTick;
}
