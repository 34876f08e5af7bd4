import {
  type ExportLink,
  type ImportInput,
  type ImportReport,
  maxReportedProblems,
} from "@mdreader/contract";

import type { UploadAccess, WorkspaceAccess } from "../../access/authorize.ts";
import { requireCredential } from "../../access/identity.ts";
import { requireWithTimeout } from "../../access/require-with-timeout.ts";
import { checkResource } from "../../access/resource-checks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { listEntries } from "./exported-entries.ts";
import { createImportTarget } from "./import-target.ts";
import { createReport, importArchive } from "./import.ts";

/**
 * Imports an archive, or one text.
 * @throws AppError as `importArchive`; NOT_FOUND for an upload to another workspace.
 */
export async function startImport(
  ctx: Context,
  access: WorkspaceAccess<"document.import">,
  { folderId = null, uploadId, title = "", content = "", includeHidden }: Omit<ImportInput, "workspaceId">,
): Promise<ImportReport> {
  if (uploadId === undefined) {
    const destination = await createImportTarget(ctx, access, folderId, []);
    const [outcome] = await destination.putDocuments([{ folder: "", title, content }]);
    if (outcome?.status !== "fulfilled") throw outcome?.reason;
    return { ...createReport(), [outcome.value]: 1 };
  }
  const { upload } = await checkResource(ctx, "upload", "document.import", uploadId).require();
  if (upload.workspaceId !== access.workspaceId) throw new AppError("NOT_FOUND");
  const steps = importArchive(ctx, access, upload, { folderId, includeHidden });
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

/**
 * Returns the URL of a workspace's or folder's archive, and the items that have other names in it.
 * @throws AppError NOT_FOUND for a folder of another workspace.
 */
export async function createExportUrl(
  ctx: Context,
  access: WorkspaceAccess<"document.export">,
  folderId: string | null,
): Promise<ExportLink> {
  const { workspaceId } = access;
  const { renamed, skipped } = await listEntries(ctx, access, folderId);
  const { token, expiresAt } = await ctx.linkSigner.sign("export", workspaceId, requireCredential(ctx));
  const folder = folderId === null ? "" : `&folder=${folderId}`;
  return {
    url: `/files/exports/${workspaceId}?token=${token}${folder}`,
    expiresAt,
    renamed: renamed.slice(0, maxReportedProblems),
    notListed: Math.max(0, renamed.length - maxReportedProblems),
    skipped: skipped.slice(0, maxReportedProblems),
  };
}

/** Authorizes the import of an upload for routes without a procedure. @throws AppError as the access check. */
export function authorizeImport(ctx: Context, uploadId: string): Promise<UploadAccess<"document.import">> {
  return requireWithTimeout(ctx, checkResource(ctx, "upload", "document.import", uploadId));
}
