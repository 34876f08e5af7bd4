import type { ZipFile } from "yauzl";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import { checkWorkspace } from "../../access/resource-checks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { cancelUpload } from "../../file/cancel-upload.ts";
import { announceUpload } from "../../file/create-upload.ts";
import { parseFileName } from "../../file/file.ts";
import { receiveBytes } from "../../file/receive-upload.ts";
import { isArchiveError, openArchive, openEntry } from "./archive.ts";
import type { ArchiveContents, ArchiveItem } from "./scan-archive.ts";

/** The name of a part of a large export: Notion's `Export-….zip` contains `ExportBlock-…-Part-1.zip`. */
const partNamePattern = /-Part-\d+\.zip$/i;

/** Maximum number of parts. Each is open during the import, with a block of its directory in memory. */
const maxParts = 100;

/** Whether an archive contains nothing but the parts of an export. Other archives in it are files. */
export const isSplitExport = ({ documents, files }: ArchiveContents): boolean =>
  documents.length === 0 && files.length > 0 && files.every(({ source }) => partNamePattern.test(source));

/** The opened parts of an export. Disposing deletes their copies. */
export interface ArchiveParts extends AsyncDisposable {
  zips: ZipFile[];
}

/**
 * Unpacks the parts of an export to drafts, because an archive is read at any position. Archives in the parts are files.
 * @throws AppError ARCHIVE_INVALID, ARCHIVE_TOO_LARGE
 */
export async function openParts(
  ctx: Context,
  { workspaceId }: WorkspaceAccess<"document.import">,
  items: readonly ArchiveItem[],
): Promise<ArchiveParts> {
  if (items.length > maxParts) throw new AppError("ARCHIVE_TOO_LARGE");
  const uploadAccess = await checkWorkspace(ctx, "file.upload", workspaceId).require();
  const ids: string[] = [];
  const deleteDrafts = async () => {
    for (const id of ids) await cancelUpload(ctx, id);
  };
  const zips: ZipFile[] = [];
  try {
    for (const { source, zip, entry } of items) {
      const input = { name: parseFileName(source), size: entry.uncompressedSize };
      const options = { purpose: "import", onConflict: "rename" } as const;
      const { upload } = await announceUpload(ctx, uploadAccess, { ...input, ...options });
      ids.push(upload.id);
      await receiveBytes(ctx, upload, { offset: 0, body: await openEntry(zip, entry) });
      zips.push(await openArchive(ctx.storage, upload.id, upload.size));
    }
  } catch (error) {
    await deleteDrafts();
    throw toPartError(error);
  }
  return { zips, [Symbol.asyncDispose]: deleteDrafts };
}

function toPartError(error: unknown): unknown {
  if (!(error instanceof AppError))
    return isArchiveError(error) ? new AppError("ARCHIVE_INVALID", { cause: error }) : error;
  const isTooLarge = error.reason === "FILE_TOO_LARGE" || error.reason === "QUOTA_EXCEEDED";
  return isTooLarge ? new AppError("ARCHIVE_TOO_LARGE", { cause: error }) : error;
}
