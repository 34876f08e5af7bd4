import { client } from "../../app/client.ts";
import { sayError } from "../../ui/toast.ts";

/** Has the browser download a workspace, or what lies in a folder of it, as a zip archive. */
export async function downloadArchive(workspaceId: string, folderId: string | null): Promise<void> {
  try {
    const { url } = await client.document.export.query({ workspaceId, folderId });
    location.assign(url);
  } catch (error) {
    sayError(error instanceof Error ? error : new Error(String(error)));
  }
}
