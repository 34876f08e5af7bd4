import { createReadStream, createWriteStream, openAsBlob } from "node:fs";
import { lstat, rename } from "node:fs/promises";

import { type Client, everyItem, type RouterOutputs } from "@mdreader/client";

import { errorCode, describeFileError, withTemporaryFile } from "../files.ts";
import { downloadFile } from "./download.ts";
import type { ListedFolder } from "./listing.ts";
import { UnsupportedFileError } from "./markdown-file.ts";
import { type NameRules, toSafeFileName } from "./names.ts";
import { countFiles, type ScannedFile, type ScannedFolder } from "./scan.ts";
import { joinSafely, openFolder, type TargetFolder, type WriteOutcome } from "./write-tree.ts";

export type RemoteFile = RouterOutputs["file"]["list"]["items"][number];

/** A file to upload, and its path relative to the workspace folder. */
export interface Attachment {
  path: string;
  file: ScannedFile;
}

/** The files of a workspace folder, by paths relative to it. */
export async function listRemoteFiles(client: Client, place: ListedFolder): Promise<Map<string, RemoteFile>> {
  const files = await Array.fromAsync(
    everyItem((cursor) => client.file.list.query({ ...place, cursor, limit: 100 })),
  );
  return new Map(files.map((file) => [file.path, file]));
}

/** Whether a folder on disk contains no Markdown and needs no folder in the workspace. */
export const hasOnlyAttachments = (folder: ScannedFolder) => countFiles(folder) === 0;

/** All files other than Markdown in a folder and its subfolders. */
export function listAttachments({ others, folders }: ScannedFolder, below = ""): Attachment[] {
  return [
    ...others.map((file) => ({ path: below + file.name, file })),
    ...folders.flatMap((child) => listAttachments(child, `${below}${child.name}/`)),
  ];
}

/**
 * Uploads a file. A file with other bytes at its path is moved to the trash.
 * @returns Whether the file was uploaded; false if an equal one exists.
 */
export async function sendAttachment(
  client: Client,
  { workspaceId, folderId }: ListedFolder,
  { path, file: { name, location } }: Attachment,
  there: RemoteFile | undefined,
): Promise<boolean> {
  if (there !== undefined && there.hash === (await hashFile(location))) return false;
  const bytes = await openAsBlob(location);
  await client.uploadFile(workspaceId, bytes, { folderId, name, path, onConflict: "replace" });
  return true;
}

/**
 * Writes a file of the workspace below a folder on disk atomically. An existing file that differs is replaced only with
 * `overwrite`; an equal one is not downloaded.
 * @throws UnsupportedFileError if the file can't or must not be written.
 */
export async function writeAttachment(
  client: Client,
  root: TargetFolder,
  { id, path, hash }: RemoteFile,
  { rules, overwrite }: { rules: NameRules; overwrite: boolean },
): Promise<WriteOutcome> {
  const names = path.split("/").map((name) => toSafeFileName(name, rules));
  const last = names.pop() ?? id;
  let folder = root;
  for (const name of names) folder = await openFolder(folder, name);
  const target = joinSafely(folder, last);
  const there = await readCurrentHash(target);
  if (there === hash) return "unchanged";
  if (there !== null && !overwrite)
    throw new UnsupportedFileError("already exists with other content; replace it with --overwrite");
  try {
    await withTemporaryFile(folder.path, async (temporary) => {
      await downloadFile(client, { id, hash }, () => createWriteStream(temporary, { flags: "wx" }));
      await rename(temporary, target);
    });
    return "written";
  } catch (error) {
    throw errorCode(error) === null ? error : new UnsupportedFileError(describeFileError(error));
  }
}

/** SHA-256 of a file of any size, in hexadecimal. @throws UnsupportedFileError */
export async function hashFile(location: string): Promise<string> {
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(location)) hash.update(chunk as Buffer); // a stream of bytes
  } catch (error) {
    throw new UnsupportedFileError(describeFileError(error), { cause: error });
  }
  return hash.digest("hex");
}

async function readCurrentHash(path: string): Promise<string | null> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) throw new UnsupportedFileError("is a symbolic link, which isn't followed");
    if (!found.isFile()) throw new UnsupportedFileError("can't be written: the name is already in use");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error instanceof UnsupportedFileError ? error : new UnsupportedFileError(describeFileError(error));
  }
  return hashFile(path);
}
