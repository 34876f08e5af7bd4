import type { Uploader } from "./files.ts";
import { createZip, type Packed, unzip } from "./zip.ts";

/** Imports an archive into a workspace, or into a folder of it. */
export const importZip = (
  { client, workspaceId }: Uploader,
  zip: Buffer<ArrayBuffer>,
  folderId: string | null = null,
) => client.importArchive(workspaceId, new Blob([zip]), { folderId });

/** Packs files and imports them. */
export const importPacked = async (uploader: Uploader, packed: Packed) =>
  importZip(uploader, await createZip(packed));

/** Exports a workspace, or a folder of it. @returns The archive, and what the server says about it. */
export async function exportZip({ client, workspaceId }: Uploader, folderId: string | null = null) {
  const { url, ...listed } = await client.document.export.query({ workspaceId, folderId });
  const response = await fetch(client.fileUrl(url));
  return {
    ...listed,
    type: response.headers.get("content-type"),
    archive: Buffer.from(await response.arrayBuffer()),
  };
}

/** Exports a workspace, or a folder of it. @returns The entries of the archive. */
export const exportEntries = async (uploader: Uploader, folderId: string | null = null) =>
  unzip((await exportZip(uploader, folderId)).archive);

/** The contents of entries in hexadecimal, so that assertions show differing bytes. */
export const toHex = (packed: Packed | ReadonlyMap<string, Buffer | null>) =>
  Object.fromEntries(
    (packed instanceof Map ? [...packed] : Object.entries(packed)).map(([path, content]) => [
      path,
      content && Buffer.from(content).toString("hex"),
    ]),
  );
