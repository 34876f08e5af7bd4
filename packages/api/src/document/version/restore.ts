import type { VersionRestored, WorkspaceAction } from "@mdreader/contract";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Services } from "../../context.ts";
import { mergeText } from "../collab/write/merge-text.ts";
import { readHistoryHead, readVersionText } from "./stored-versions.ts";

const restoreAction = "document.restoreVersion" satisfies WorkspaceAction;

/**
 * Restores the text of a saved version as an edit of the live document: other editors see it change, and later
 * edits remain in the history.
 *
 * @throws AppError NOT_FOUND when the version does not exist.
 */
export async function restoreVersion(
  services: Services,
  { document, caller }: DocumentAccess<typeof restoreAction>,
  number: number,
): Promise<VersionRestored> {
  const { sql } = services.database;
  const { text } = await readVersionText(sql, document.id, number);
  const { applied } = await mergeText(
    services,
    { document, caller },
    { text, base: "now", reason: "restored", restoredFrom: number },
  );
  const head = await readHistoryHead(sql, document.id);
  return { version: applied.version, number: head.number };
}
