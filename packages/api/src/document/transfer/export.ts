import type { Readable } from "node:stream";
import { callbackify } from "node:util";

import { ZipFile } from "yazl";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import { checkWorkspace } from "../../access/resource-checks.ts";
import type { Context, Services } from "../../context.ts";
import { ignoreUnhandledError } from "../../util/streams.ts";
import { withTimeout } from "../../util/timeout.ts";
import { listEntries } from "./exported-entries.ts";

/** Who may export a workspace, for what carries no procedure. @throws AppError as the check does. */
export function authorizeExport(ctx: Context, id: string): Promise<WorkspaceAccess<"document.export">> {
  return withTimeout(checkWorkspace(ctx, "document.export", id).require(), ctx.settings.callTimeout);
}

/**
 * A workspace or folder as a zip archive, with each document's text and each file's bytes as they are, at the paths that
 * an import would bring back to the same place, as far as every system takes them. A link to a file that has another path
 * in the archive leads there. It is made while it is read: one thing after the other.
 *
 * @throws AppError NOT_FOUND for a folder that is not in this workspace.
 */
export async function exportArchive(
  services: Services,
  access: WorkspaceAccess<"document.export">,
  folderId: string | null,
): Promise<Readable> {
  const { entries, emptyFolders } = await listEntries(services, access, folderId);
  const zip = new ZipFile();
  const archive = ignoreUnhandledError(zip.outputStream as Readable); // which it is
  let current: Readable | null = null;
  zip.on("error", (error) => archive.destroy(error instanceof Error ? error : new Error(String(error))));
  archive.once("close", () => current?.destroy());
  for (const path of emptyFolders) zip.addEmptyDirectory(path);
  for (const { path, changedAt, isPacked, open } of entries) {
    const options = { mtime: new Date(changedAt), compress: !isPacked };
    const opening = callbackify(async () => (current = await open()));
    zip.addReadStreamLazy(path, options, opening);
  }
  zip.end();
  return archive;
}
