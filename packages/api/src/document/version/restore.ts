import type { VersionRestored, WorkspaceAction } from "@mdreader/contract";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Services } from "../../context.ts";
import { mergeText } from "../collab/write/apply-text.ts";
import { readHistoryHead, readVersionText } from "./stored-versions.ts";

const restoreAction = "document.restoreVersion" satisfies WorkspaceAction;

/**
 * Brings back the text of a saved version as one more edit of the live document: whoever has it open sees it change, and
 * what was written since is in the versions before.
 *
 * @throws AppError NOT_FOUND when there is no such version.
 */
export async function restoreVersion(
  services: Services,
  { document, caller }: DocumentAccess<typeof restoreAction>,
  number: number,
): Promise<VersionRestored> {
  const { sql } = services.database;
  const { text } = await readVersionText(sql, document.id, number);
  const { version } = await mergeText(
    services,
    { document, caller },
    { text, base: "now", reason: "restored", restoredFrom: number },
  );
  const past = await readHistoryHead(sql, document.id);
  return { version, number: past.number };
}
