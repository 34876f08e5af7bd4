import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useRef, useState } from "react";

import { trpc } from "../../lib/client.ts";
import { type RevealRequest, useRevealRequest } from "./reveal.ts";
import type { Levels, TreeRow } from "./rows.ts";
import type { TreeState } from "./tree-state.ts";

interface RevealingTree {
  state: TreeState;
  rows: readonly TreeRow[];
  levels: Levels;
  /** Scrolls to the row with an index, and focuses it if `takesFocus`. */
  show: (index: number, takesFocus: boolean) => void;
}

/** Opens the folders above the open document, or above a requested node, and scrolls to it. Once for each. */
export function useReveal({ state, rows, levels, show }: RevealingTree): void {
  const target = useTarget();
  const done = useRef<RevealRequest | null>(null);
  const showOnce = useEffectEvent(show);
  const open = useEffectEvent((folderIds: readonly string[]) => {
    for (const id of folderIds) if (!state.isOpen(id)) state.setOpen(id, true);
  });
  const startRenaming = useEffectEvent(state.setRenaming);
  useEffect(() => {
    if (target === null) return;
    open(target.folderIds);
    if (target.isRenaming === true) startRenaming(target.id);
  }, [target]);
  useEffect(() => {
    if (target === null || target === done.current) return;
    const index = rows.findIndex(({ key }) => key === target.id);
    const level = levels.get(target.folderIds.at(-1) ?? null);
    if (index >= 0) {
      showOnce(index, target.takesFocus === true);
      done.current = target;
    } else if (level?.state === "partial") level.loadMore();
    else if (level?.state === "complete" || level?.state === "failed") done.current = target;
  }, [target, rows, levels]);
}

/** The open document, or a later request. */
function useTarget(): RevealRequest | null {
  const id = useParams({ strict: false, select: ({ documentId }) => documentId });
  const { data: path } = useQuery(
    trpc.document.path.queryOptions({ id: id ?? "" }, { enabled: id !== undefined, staleTime: 60_000 }),
  );
  const requested = useRevealRequest();
  const [target, setTarget] = useState<RevealRequest | null>(null);
  const [seen, setSeen] = useState({ id: "", requested });
  // Adjusts the state while rendering: a new document or request replaces the target.
  if (requested !== null && requested !== seen.requested) {
    setSeen({ ...seen, requested });
    setTarget(requested);
  } else if (id !== undefined && path !== undefined && id !== seen.id) {
    setSeen({ ...seen, id });
    setTarget({ id, folderIds: path.folders.map((folder) => folder.id) });
  }
  return target;
}
