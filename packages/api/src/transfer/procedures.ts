import { type ExportLink, type ImportInput, type ImportReport, maxProblemsTold } from "@mdreader/contract";

import type { UploadAccess, WorkspaceAccess } from "../access/authorize.ts";
import { presented, uploadGate } from "../access/gate.ts";
import type { Context } from "../context.ts";
import { withinDeadline } from "../deadline.ts";
import { AppError } from "../errors.ts";
import { createDestination } from "./destination.ts";
import { listEntries } from "./exported-entries.ts";
import { emptyReport, importArchive } from "./import.ts";

/** Imports an archive, or one text. @throws AppError as `importArchive`; NOT_FOUND for an upload to elsewhere. */
export async function importInto(
  ctx: Context,
  access: WorkspaceAccess<"document.import">,
  { folderId = null, uploadId, title = "", content = "", includeHidden }: Omit<ImportInput, "workspaceId">,
): Promise<ImportReport> {
  if (uploadId === undefined) {
    const destination = await createDestination(ctx, access, folderId, []);
    const outcome = await destination.putDocument("", title, content);
    return { ...emptyReport(), [outcome]: 1 };
  }
  const { upload } = await uploadGate(ctx, "document.import", uploadId).pass();
  if (upload.workspaceId !== access.workspaceId) throw new AppError("NOT_FOUND");
  const steps = importArchive(ctx, access, upload, { folderId, includeHidden });
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

/**
 * Where the archive of a workspace or folder comes from, and what has another name in it.
 * @throws AppError NOT_FOUND for a folder that is not in this workspace.
 */
export async function exportUrl(
  ctx: Context,
  access: WorkspaceAccess<"document.export">,
  folderId: string | null,
): Promise<ExportLink> {
  const { workspaceId } = access;
  const { renamed, skipped } = await listEntries(ctx, access, folderId);
  const { token, expiresAt } = await ctx.fileLinks.sign("export", workspaceId, presented(ctx));
  const folder = folderId === null ? "" : `&folder=${folderId}`;
  return {
    url: `/files/exports/${workspaceId}?token=${token}${folder}`,
    expiresAt,
    renamed: renamed.slice(0, maxProblemsTold),
    notListed: Math.max(0, renamed.length - maxProblemsTold),
    skipped: skipped.slice(0, maxProblemsTold),
  };
}

/** The upload that someone wants imported, for what carries no procedure. @throws AppError as the check does. */
export function importToRun(ctx: Context, uploadId: string): Promise<UploadAccess<"document.import">> {
  return withinDeadline(uploadGate(ctx, "document.import", uploadId).pass(), ctx.settings.callTimeout);
}
