import type { Readable } from "node:stream";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import { requireWithTimeout } from "../../access/require-with-timeout.ts";
import { checkWorkspace } from "../../access/resource-checks.ts";
import { type AuditSource, recordAudit } from "../../auth/admin/audit/record.ts";
import type { Context, Services } from "../../context.ts";
import { listEntries } from "./exported-entries.ts";
import { streamZip } from "./zip-stream.ts";

/** Authorizes the export of a workspace for routes without a procedure. @throws AppError as the access check. */
export function authorizeExport(ctx: Context, id: string): Promise<WorkspaceAccess<"document.export">> {
  return requireWithTimeout(ctx, checkWorkspace(ctx, "document.export", id));
}

/**
 * Exports a workspace or folder as a zip archive, with the exact text of each document and the bytes of each file,
 * at paths from which an import restores the same structure, as far as every system supports them. A link to a file
 * whose path differs in the archive is rewritten. The archive is streamed, one entry at a time.
 *
 * @throws AppError NOT_FOUND for a folder of another workspace.
 */
export async function exportArchive(
  services: Services & AuditSource,
  access: WorkspaceAccess<"document.export">,
  folderId: string | null,
): Promise<Readable> {
  const { entries, emptyFolders } = await listEntries(services, access, folderId);
  await recordAudit(services.database.db, services, {
    action: "workspace.exported",
    actor: access.caller,
    target: { id: folderId ?? access.workspaceId, name: access.workspaceName },
    workspaceId: access.workspaceId,
    details: { folderId },
  });
  return streamZip(entries, emptyFolders);
}
