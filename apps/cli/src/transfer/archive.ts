import { randomUUID } from "node:crypto";
import { createWriteStream, openAsBlob } from "node:fs";
import { link, rename, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { ImportReport as ZipReport, RouterOutputs } from "@mdreader/client";

import type { Cli } from "../cli.ts";
import { Failure, withFileFailure } from "../failure.ts";
import { temporaryPrefix } from "../files.ts";
import { createProgress } from "../progress.ts";
import type { ListedFolder } from "./listing.ts";

export type { ZipReport };

/** Whether a path is a file, which is treated as an archive, and not a folder. */
export async function isArchive(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

/** Uploads an archive, which the server unpacks. */
export async function importZip(
  path: string,
  { workspaceId, folderId }: ListedFolder,
  { client, output }: Cli,
  includeHidden: boolean,
): Promise<ZipReport> {
  const archive = await withFileFailure(path, () => openAsBlob(path));
  const progress = createProgress("Importing", output.json);
  try {
    return await client.importArchive(workspaceId, archive, {
      folderId,
      includeHidden,
      onUnpacked(_, total) {
        progress.total = total;
        progress.step("");
      },
    });
  } finally {
    progress.end();
  }
}

/** The result of an export to an archive. */
export type ZipExport = { bytes: number } & Pick<
  RouterOutputs["document"]["export"],
  "renamed" | "notListed"
>;

/** Exports a workspace or folder to an archive. The file appears under its name once it is complete. */
export async function exportZip(
  { workspaceId, folderId }: ListedFolder,
  path: string,
  { client }: Cli,
  overwrite: boolean,
): Promise<ZipExport> {
  const { url, renamed, notListed } = await client.document.export.query({ workspaceId, folderId });
  const response = await fetch(client.fileUrl(url));
  if (!response.ok || response.body === null) {
    throw new Failure("UNEXPECTED", `The archive download failed (HTTP ${response.status}).`);
  }
  const draft = join(dirname(path), `${temporaryPrefix}${randomUUID()}`);
  return withFileFailure(path, async () => {
    try {
      await pipeline(
        Readable.fromWeb(response.body ?? new ReadableStream()),
        createWriteStream(draft, { flags: "wx" }),
      );
      const { size } = await stat(draft);
      // Linking fails if the path exists.
      await (overwrite ? rename(draft, path) : link(draft, path));
      return { bytes: size, renamed, notListed };
    } finally {
      await unlink(draft).catch(() => {});
    }
  });
}
