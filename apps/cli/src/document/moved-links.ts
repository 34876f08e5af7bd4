import { everyPage, type RouterInputs } from "@mdreader/client";

import type { Cli } from "../cli.ts";
import { formatCount } from "../output.ts";

/** A renamed or moved document or folder, and its previous name or folder. */
type Moved = Pick<
  RouterInputs["document"]["updateMovedLinks"],
  "workspaceId" | "kind" | "id" | "fromName" | "fromFolderId"
>;

export interface UpdatedLinks {
  /** The documents whose links were updated. */
  documents: number;
  links: number;
  /** Documents that could not be changed. */
  skipped: number;
}

export const updateLinksHelp = "update the links in documents that lead to the previous path";

export interface UpdateLinksOptions {
  updateLinks?: boolean;
}

/**
 * Updates the links that a rename or move broke, one page of documents at a time.
 *
 * @returns Null if the options don't request it.
 */
export async function updateMovedLinks(
  { client }: Cli,
  { updateLinks = false }: UpdateLinksOptions,
  moved: Moved,
): Promise<UpdatedLinks | null> {
  if (!updateLinks) return null;
  const sums: UpdatedLinks = { documents: 0, links: 0, skipped: 0 };
  // The same key on each page skips documents that are already updated.
  const idempotencyKey = crypto.randomUUID();
  for await (const { documents, links, skipped } of everyPage((cursor) =>
    client.document.updateMovedLinks.mutate({ ...moved, idempotencyKey, cursor }),
  )) {
    sums.documents += documents;
    sums.links += links;
    sums.skipped += skipped;
  }
  return sums;
}

/** A sentence about the updated links, to follow another one; empty if none were requested. */
export function formatUpdatedLinks(updated: UpdatedLinks | null): string {
  if (updated === null) return "";
  const { documents, links, skipped } = updated;
  const skippedNote = skipped === 0 ? "" : ` ${formatCount(skipped, "document")} couldn't be updated.`;
  return ` Updated ${formatCount(links, "link")} in ${formatCount(documents, "document")}.${skippedNote}`;
}
