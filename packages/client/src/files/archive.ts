import type { ImportLine } from "@mdreader/contract";
import { TRPCClientError } from "@trpc/client";

import type { AppRouter, RouterOutputs } from "../types.ts";
import { isTrpcErrorEnvelope, rejectAsCall } from "./send-file.ts";
import type { FileSource } from "./source.ts";
import { sendUpload, type UploadContext } from "./upload.ts";

/** The result of an import. */
export type ImportReport = RouterOutputs["document"]["import"];

export interface ImportArchiveOptions {
  /** The target folder. Default: the root. */
  folderId?: string | null;
  /** Whether to import hidden files and folders. */
  includeHidden?: boolean;
  /** Called with the number of bytes received by the server. */
  onProgress?: (sent: number, total: number) => void;
  /** Called with the number of imported documents and files, once the archive is uploaded. */
  onUnpacked?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

export type ImportArchive = (
  workspaceId: string,
  archive: FileSource,
  options?: ImportArchiveOptions,
) => Promise<ImportReport>;

/** The parts of the client that an import needs. */
export interface ImportContext extends UploadContext {
  accessToken: () => Promise<string | null>;
}

/** Creates `client.importArchive`. */
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
    const response = await rejectAsCall(
      fetch(fileUrl(`/files/imports/${id}?${query}`), {
        method: "POST",
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
        signal: signal ?? null,
      }),
    );
    for await (const line of readLines(response)) {
      if ("report" in line) return line.report;
      if (isTrpcErrorEnvelope(line)) throw TRPCClientError.from<AppRouter>(line);
      if ("done" in line) onUnpacked?.(line.done, line.total);
    }
    throw new TRPCClientError("The connection was lost before the import was finished.");
  };
}

/** Reads progress lines, and finally the report or the error. */
async function* readLines(response: Response): AsyncGenerator<ImportLine> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done = true, value = "" } = reader === undefined ? {} : await rejectAsCall(reader.read());
    const lines = (rest + value).split("\n");
    rest = done ? "" : (lines.pop() ?? "");
    for (const line of lines) if (line !== "") yield JSON.parse(line);
    if (done) return;
  }
}
