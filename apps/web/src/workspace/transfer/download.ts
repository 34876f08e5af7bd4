import { client } from "../../app/client.ts";
import { say, sayError } from "../../ui/toast.ts";

/** Has the browser download a workspace, or what lies in a folder of it, as a zip archive. */
export async function downloadArchive(workspaceId: string, folderId: string | null): Promise<void> {
  try {
    const { url, renamed, notListed } = await client.document.export.query({ workspaceId, folderId });
    location.assign(url);
    const count = renamed.length + notListed;
    const [first] = renamed;
    if (first === undefined) return;
    const others = count > 1 ? `, and ${count - 1} more` : "";
    say(
      `Renamed in the archive so that it unpacks on every system: ${first.path} is ${first.newPath}${others}`,
    );
  } catch (error) {
    sayError(error instanceof Error ? error : new Error(String(error)));
  }
}
