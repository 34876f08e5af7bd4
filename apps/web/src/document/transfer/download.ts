import type { LiveDocument } from "@mdreader/client/live";

import { client } from "../../lib/client.ts";
import { showToast, showErrorToast } from "../../ui/toast.ts";

/** Downloads a workspace, or a folder in it, as a ZIP archive. */
export async function downloadArchive(workspaceId: string, folderId: string | null): Promise<void> {
  try {
    const { url, renamed, notListed, skipped } = await client.document.export.query({
      workspaceId,
      folderId,
    });
    location.assign(url);
    const others = (count: number) => (count > 1 ? `, and ${count - 1} more` : "");
    const [[first], [left]] = [renamed, skipped];
    if (first !== undefined) {
      const more = others(renamed.length + notListed);
      showToast(`Renamed in the archive for compatibility: ${first.path} to ${first.newPath}${more}`);
    }
    if (left !== undefined)
      showToast(`Left out of the archive: ${left.path}, which ${left.message}${others(skipped.length)}`);
  } catch (error) {
    showErrorToast(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Downloads a document as an HTML page, with what has been typed so far. */
export async function downloadHtml(live: Pick<LiveDocument, "id" | "whenSaved">): Promise<void> {
  try {
    // Fails at once without a connection, where saving would wait for one.
    const { url } = await client.document.exportHtml.query({ id: live.id });
    await live.whenSaved();
    location.assign(url);
  } catch (error) {
    showErrorToast(error instanceof Error ? error : new Error(String(error)));
  }
}
