import type { ImportLine } from "@mdreader/contract";
import { TRPCClientError } from "@trpc/client";

import type { AppRouter, RouterOutputs } from "../types.ts";
import { isTrpcErrorEnvelope } from "./send-file.ts";
import type { FileSource } from "./source.ts";
import { sendUpload, type UploadContext } from "./upload.ts";

/** What came of an import. */
export type ImportReport = RouterOutputs["document"]["import"];

export interface ImportArchiveOptions {
  /** Where it goes; null, or nothing, for the root. */
  folderId?: string | null;
  /** Whether hidden files and folders are taken, too. */
  includeHidden?: boolean;
  /** Is told how many bytes have arrived. */
  onProgress?: (sent: number, total: number) => void;
  /** Is told how many documents and files are in their place, once the archive has arrived. */
  onUnpacked?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

export type ImportArchive = (
  workspaceId: string,
  archive: FileSource,
  options?: ImportArchiveOptions,
) => Promise<ImportReport>;

/** What an import needs of the client, beside what an upload does. */
export interface ImportContext extends UploadContext {
  accessToken: () => Promise<string | null>;
}

/** Makes `client.importArchive`. */
export function createImportArchive(importing: ImportContext): ImportArchive {
  const { fetch, fileUrl, accessToken } = importing;
  return async (
    workspaceId,
    archive,
    { folderId = null, includeHidden = false, onUnpacked, ...options } = {},
  ) => {
    const { signal } = options;
    const { id } = await sendUpload(importing, workspaceId, archive, {
      ...options,
      name: "archive.zip",
      purpose: "import",
    });
    const query = new URLSearchParams({
      ...(folderId !== null && { folder: folderId }),
      ...(includeHidden && { hidden: "1" }),
    });
    const token = await accessToken();
    const response = await fetch(fileUrl(`/files/imports/${id}?${query}`), {
      method: "POST",
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      signal: signal ?? null,
    });
    for await (const line of readLines(response)) {
      if ("report" in line) return line.report;
      if (isTrpcErrorEnvelope(line)) throw TRPCClientError.from<AppRouter>(line);
      if ("done" in line) onUnpacked?.(line.done, line.total);
    }
    throw new TRPCClientError("The connection was lost before the import was done.");
  };
}

/** How far it is, a line each, and in the end what came of it, or why it failed. */
async function* readLines(response: Response): AsyncGenerator<ImportLine> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done = true, value = "" } = (await reader?.read()) ?? {};
    const lines = (rest + value).split("\n");
    rest = done ? "" : (lines.pop() ?? "");
    for (const line of lines) if (line !== "") yield JSON.parse(line);
    if (done) return;
  }
}
