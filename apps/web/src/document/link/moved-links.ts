import type { RouterInputs } from "@mdreader/client";

import { client } from "../../lib/client.ts";
import { showErrorToast, toasts } from "../../ui/toast.ts";

type Moved = Omit<RouterInputs["document"]["countMovedLinks"], "cursor" | "limit" | "direction">;

/** A renamed or moved document or folder. */
export interface Move {
  moved: Pick<Moved, "workspaceId" | "kind" | "id">;
  from: Pick<Moved, "fromName" | "fromFolderId">;
  to: Pick<Moved, "fromName" | "fromFolderId">;
  /** Reverts the rename or move. */
  undo: () => Promise<unknown>;
}

interface LinkCounts {
  documents: number;
  links: number;
  skipped: number;
}

/** Time in milliseconds to accept the offer. */
const offerMs = 15_000;
/** Progress is shown from this many documents. */
const manyDocuments = 100;

const formatCount = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const listPlaces = ({ links, documents }: LinkCounts) =>
  `${formatCount(links, "link")} in ${formatCount(documents, "document")}`;

/** Offers to update links that a rename or move broke. */
export function offerLinkUpdate(move: Move): void {
  // Failures are ignored, because the rename or move itself succeeded.
  offer(move).catch(() => {});
}

async function offer(move: Move): Promise<void> {
  const input = { ...move.moved, ...move.from };
  const found = await countLinks((cursor) => client.document.countMovedLinks.query({ ...input, cursor }));
  if (found.links === 0) return;
  const id = toasts.add({
    title: `${listPlaces(found)} ${found.links === 1 ? "points" : "point"} to the old location.`,
    timeout: offerMs,
    actionProps: {
      children: "Update links",
      onClick: () => {
        toasts.close(id);
        attempt(() => updateLinks(move, found));
      },
    },
  });
}

async function updateLinks(move: Move, found: LinkCounts): Promise<void> {
  const updated = await updateAll({ ...move.moved, ...move.from }, found);
  const skipped =
    updated.skipped === 0 ? "" : ` ${formatCount(updated.skipped, "document")} couldn't be updated.`;
  const done = toasts.add({
    title: `Updated ${listPlaces(updated)}.${skipped}`,
    timeout: offerMs,
    actionProps: {
      children: "Undo",
      onClick: () => {
        toasts.close(done);
        attempt(async () => {
          await move.undo();
          await updateAll({ ...move.moved, ...move.to }, updated);
        });
      },
    },
  });
}

/** Updates all links, one page of documents at a time. */
async function updateAll(input: Moved, { documents: all }: LinkCounts): Promise<LinkCounts> {
  const formatProgress = (documents: number) => `Updating links: ${documents} of ${all} documents`;
  const progress = all > manyDocuments ? toasts.add({ title: formatProgress(0), timeout: 0 }) : null;
  // The same key on each page skips documents that are already updated.
  const idempotencyKey = `links ${input.id} ${Date.now()}`;
  try {
    return await countLinks(
      (cursor) => client.document.updateMovedLinks.mutate({ ...input, idempotencyKey, cursor }),
      ({ documents }) => {
        if (progress !== null) toasts.update(progress, { title: formatProgress(documents) });
      },
    );
  } finally {
    if (progress !== null) toasts.close(progress);
  }
}

type Page = Omit<LinkCounts, "skipped"> & { skipped?: number; nextCursor: string | null };

async function countLinks(
  fetchPage: (cursor: string | null) => Promise<Page>,
  onPage?: (sums: LinkCounts) => void,
): Promise<LinkCounts> {
  const sums: LinkCounts = { documents: 0, links: 0, skipped: 0 };
  let cursor: string | null = null;
  do {
    const page: Page = await fetchPage(cursor);
    sums.documents += page.documents;
    sums.links += page.links;
    sums.skipped += page.skipped ?? 0;
    onPage?.(sums);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return sums;
}

function attempt(work: () => Promise<void>): void {
  work().catch((error: unknown) => showErrorToast(error instanceof Error ? error : new Error(String(error))));
}
