import { isReason } from "@mdreader/client";

import { client, queryClient, trpc } from "../../lib/client.ts";
import { createLocalState } from "../../lib/persisted-state.ts";

/** Moves the favorites that earlier versions of the app stored in this browser to the server. */
export async function moveStoredFavorites(workspaceId: string): Promise<void> {
  const state = createLocalState(`favourites.${workspaceId}`, readIds);
  const ids = state.get();
  if (ids.length === 0) return;
  // One after the other, because the list is in the order of adding.
  for (const documentId of ids) {
    await client.document.favorite.add.mutate({ documentId }).catch((error: unknown) => {
      // Documents that are gone, or beyond the limit of the list, are left out. Other errors try again next time.
      if (!isReason(error, "NOT_FOUND", "LIMIT_REACHED")) throw error;
    });
  }
  state.set([]);
  await queryClient.invalidateQueries(trpc.document.favorite.list.pathFilter());
}

const readIds = (stored: unknown): string[] =>
  Array.isArray(stored) ? stored.map(readId).filter((id) => id !== null) : [];

/** The ID of a document: stored alone, or with its title. */
function readId(stored: unknown): string | null {
  const id = typeof stored === "object" && stored !== null && "id" in stored ? stored.id : stored;
  return typeof id === "string" && id !== "" ? id : null;
}
