import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";

import type { Client, ImportReport as ZipReport, RouterOutputs } from "@mdreader/client";

import type { Cli } from "../cli.ts";
import { withFileFailure } from "../failure.ts";
import { writeStream } from "../files.ts";
import { createProgress } from "../progress.ts";
import { download } from "./download.ts";
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

/** Exports a workspace or folder to an archive. */
export async function exportZip(
  { workspaceId, folderId }: ListedFolder,
  path: string,
  { client }: Cli,
  overwrite: boolean,
): Promise<ZipExport> {
  const { url, renamed, notListed } = await client.document.export.query({ workspaceId, folderId });
  return { bytes: await downloadArchive(client, url, path, overwrite), renamed, notListed };
}

/** Writes an archive to a file, which appears under its name once it is complete. @returns The number of bytes. */
export async function downloadArchive(
  client: Client,
  url: string,
  path: string,
  overwrite: boolean,
): Promise<number> {
  return withFileFailure(path, () => writeStream(path, (open) => download(client, url, open), overwrite));
}
