import "../markdown/prose.css";
import type { RouterOutputs } from "@mdreader/client";
import { useEffect, useEffectEvent, useMemo, useRef, useState } from "react";

import { Loading } from "../../ui/Loading.tsx";
import { createFileResolver } from "../attachment/resolve-files.ts";
import { useDocumentLinks } from "../link/useDocumentLinks.ts";
import { compareTexts } from "../markdown/compare-texts.ts";
import { createEnhancer } from "../markdown/enhance.ts";
import { handleLinkClick } from "../markdown/follow-link.ts";
import { createComparison } from "./comparison.ts";

interface RenderedDiffProps {
  document: Pick<RouterOutputs["document"]["get"], "id" | "workspaceId">;
  before: string;
  after: string;
}

/** The blocks of two texts that differ, rendered. */
export function RenderedDiff({ document, before, after }: RenderedDiffProps) {
  const { id } = document;
  const place = useRef<HTMLDivElement>(null);
  const [result, setResult] = useState<{ before: string; after: string; isShown: boolean } | null>(null);
  const isPending = result?.before !== before || result.after !== after;
  const { open, openEmbed } = useDocumentLinks(document);
  const resolveFiles = useMemo(() => createFileResolver(id), [id]);
  const getContext = useEffectEvent(() => ({ resolveFiles, openEmbed, around: [id] }));

  useEffect(() => {
    const closing = new AbortController();
    const enhancer = createEnhancer(() => getContext());
    const show = async () => {
      const compared = await compareTexts(before, after, closing.signal);
      if (closing.signal.aborted || place.current === null) return;
      const { nodes, blocks } = createComparison(compared);
      place.current.replaceChildren(...nodes);
      for (const block of blocks) enhancer.add(block);
      setResult({ before, after, isShown: true });
    };
    show().catch(() => !closing.signal.aborted && setResult({ before, after, isShown: false }));
    return () => {
      closing.abort();
      enhancer.close();
    };
  }, [before, after]);

  const follow = useEffectEvent((event: MouseEvent) =>
    handleLinkClick(event, { find: () => null }, { onFollow: open }),
  );
  useEffect(() => {
    const root = place.current;
    root?.addEventListener("click", follow);
    return () => root?.removeEventListener("click", follow);
  }, []);

  return (
    <>
      {isPending && <Loading />}
      {!isPending && !result.isShown && (
        <p role="alert" className="prose-failure">
          The changes couldn't be rendered, or rendering took too long. Choose “Source” to see them.
        </p>
      )}
      <div ref={place} className="prose" hidden={isPending || !result.isShown} />
    </>
  );
}
