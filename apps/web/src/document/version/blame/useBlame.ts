import type { EditorView } from "@codemirror/view";
import type { LiveDocument } from "@mdreader/client/live";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { client, trpc } from "../../../lib/client.ts";
import { debounce } from "../../../lib/debounce.ts";
import { useBlameGutterVisible } from "../../view.ts";
import type { BlameRange } from "./gutter.ts";

/** The delay with which blame is refetched after edits. */
const blameDelay = { waitMs: 3_000, maxWaitMs: 30_000 };

/** Maximum number of pages, and of retries when the text changes between pages. */
const maxPages = 20;
const maxTries = 3;

/** Shows the blame gutter if the person has enabled it; otherwise none of its code is loaded. */
export function useBlame(live: LiveDocument, editor: EditorView | null): void {
  const [isWanted] = useBlameGutterVisible();
  const isShown = isWanted && editor !== null;
  const [showRanges, setShowRanges] = useState<((ranges: readonly BlameRange[]) => void) | null>(null);
  const { data, refetch } = useQuery({
    queryKey: trpc.document.blame.queryKey({ id: live.id }),
    queryFn: ({ signal }) => toBlameRanges(live.id, signal),
    enabled: isShown,
    staleTime: 0,
  });

  useEffect(() => {
    if (!isShown) return;
    let hide: (() => void) | null = null;
    let isUnmounted = false;
    const show = async () => {
      const { createBlameGutter, setBlameRanges } = await import("./gutter.ts");
      if (isUnmounted || !editor.dom.isConnected) return;
      hide = createBlameGutter(editor);
      setShowRanges(() => (ranges: readonly BlameRange[]) => setBlameRanges(editor, ranges));
    };
    void show();
    return () => {
      isUnmounted = true;
      setShowRanges(null);
      hide?.();
    };
  }, [isShown, editor]);
  useEffect(() => {
    if (data !== undefined) showRanges?.(data);
  }, [showRanges, data]);
  useEffect(() => {
    if (!isShown) return;
    const { request, cancel } = debounce(() => void refetch(), blameDelay);
    live.ytext.observe(request);
    return () => {
      cancel();
      live.ytext.unobserve(request);
    };
  }, [isShown, live, refetch]);
}

/** All ranges of one version of the text. Retries if the version changes between pages. */
async function toBlameRanges(id: string, signal: AbortSignal, tries = 1): Promise<BlameRange[]> {
  const first = await client.document.blame.query({ id, limit: 1000 }, { signal });
  const ranges = [...first.items];
  let cursor = first.nextCursor;
  for (let pages = 1; cursor !== null && pages < maxPages; pages += 1) {
    const page = await client.document.blame.query({ id, limit: 1000, cursor }, { signal });
    if (page.version !== first.version)
      return tries < maxTries ? toBlameRanges(id, signal, tries + 1) : ranges;
    ranges.push(...page.items);
    cursor = page.nextCursor;
  }
  return ranges;
}
