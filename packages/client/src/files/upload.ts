import type { TRPCClient } from "@trpc/client";

import type { AppRouter, RouterInputs, RouterOutputs } from "../types.ts";
import { sendFile } from "./send-file.ts";
import { readChunks, type FileSource } from "./source.ts";

/** A file of a workspace. */
export type WorkspaceFile = RouterOutputs["file"]["get"];

type AnnouncedUpload = RouterInputs["file"]["createUpload"];

export interface UploadOptions extends Pick<
  AnnouncedUpload,
  "documentId" | "folderId" | "path" | "onConflict"
> {
  /** For `onConflict: "replace"`: the hash of what makes way, null where there must be nothing. FILE_CHANGED tells of other bytes. */
  expectedHash?: string | null;
  /** What it is called; a `File`'s own name, unless said otherwise. */
  name?: string;
  /** Is told how many bytes have arrived, and of how many. */
  onProgress?: (sent: number, total: number) => void;
  /** Stops the upload. Nothing of it stays. */
  signal?: AbortSignal;
}

export type UploadFile = (
  workspaceId: string,
  file: FileSource,
  options?: UploadOptions,
) => Promise<WorkspaceFile>;

/** What an upload needs of the client. */
export interface UploadContext {
  procedures: TRPCClient<AppRouter>;
  fetch: typeof fetch;
  /** An address of the server's, made whole. */
  fileUrl: (url: string) => string;
}

/** Makes `client.uploadFile`. */
export function createUploadFile(uploading: UploadContext): UploadFile {
  return async (workspaceId, file, { expectedHash, ...options } = {}) => {
    const { id } = await sendUpload(uploading, workspaceId, file, { ...options, purpose: "file" });
    const completed = expectedHash === undefined ? { id } : { id, expectedHash };
    return uploading.procedures.file.completeUpload.mutate(completed, toAbortSignal(options));
  };
}

/** Announces a file and sends its bytes, if the workspace does not have them. */
export async function sendUpload(
  { procedures, fetch, fileUrl }: UploadContext,
  workspaceId: string,
  file: FileSource,
  options: Omit<UploadOptions, "expectedHash"> & Pick<AnnouncedUpload, "purpose">,
): Promise<{ id: string }> {
  const { name = toFileName(file), onProgress, signal, ...announced } = options;
  const { size } = file;
  const { id, target } = await procedures.file.createUpload.mutate(
    { ...announced, workspaceId, name, size, hash: await hashSource(file, signal) },
    toAbortSignal(options),
  );
  const onSent = (sent: number) => onProgress?.(sent, size);
  if (target === null) onSent(size);
  else await sendFile({ ...target, url: fileUrl(target.url) }, { file, fetch, onSent, signal });
  return { id };
}

const toAbortSignal = ({ signal }: Pick<UploadOptions, "signal">) => (signal === undefined ? {} : { signal });

const toFileName = (file: FileSource) =>
  "name" in file && typeof file.name === "string" ? file.name : "file";

/** SHA-256 in hexadecimal, of the bytes as they come: what browsers have built in wants all of them at once. */
async function hashSource(file: FileSource, signal: AbortSignal | undefined): Promise<string> {
  const [{ sha256 }, { bytesToHex }] = await Promise.all([
    import("@noble/hashes/sha2.js"),
    import("@noble/hashes/utils.js"),
  ]);
  const hash = sha256.create();
  for await (const chunk of readChunks(file)) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return bytesToHex(hash.digest());
}
