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
  /**
   * For `onConflict: "replace"`: the hash of the file to replace, or null if there must be none. The upload fails with
   * FILE_CHANGED if the path holds other bytes.
   */
  expectedHash?: string | null;
  /** The name of the file. Default: the name of the `File`. */
  name?: string;
  /** Called with the number of bytes received by the server and the total. */
  onProgress?: (sent: number, total: number) => void;
  /** Cancels the upload. No partial file remains. */
  signal?: AbortSignal;
}

export type UploadFile = (
  workspaceId: string,
  file: FileSource,
  options?: UploadOptions,
) => Promise<WorkspaceFile>;

/** The parts of the client that an upload needs. */
export interface UploadContext {
  procedures: TRPCClient<AppRouter>;
  fetch: typeof fetch;
  /** Resolves an address from the server to an absolute URL. */
  fileUrl: (url: string) => string;
  /** Returns the signal that ends the attempts of an upload that starts now. */
  findEnd: () => AbortSignal;
}

/** Creates `client.uploadFile`. */
export function createUploadFile(uploading: UploadContext): UploadFile {
  return async (workspaceId, file, { expectedHash, ...options } = {}) => {
    const { id } = await sendUpload(uploading, workspaceId, file, { ...options, purpose: "file" });
    const completed = expectedHash === undefined ? { id } : { id, expectedHash };
    return uploading.procedures.file.completeUpload.mutate(completed, toAbortSignal(options));
  };
}

/** Announces a file, and sends its bytes if the workspace does not have them. */
export async function sendUpload(
  { procedures, fetch, fileUrl, findEnd }: UploadContext,
  workspaceId: string,
  file: FileSource,
  options: Omit<UploadOptions, "expectedHash"> & Pick<AnnouncedUpload, "purpose">,
): Promise<{ id: string }> {
  const { name = toFileName(file), onProgress, signal, ...announced } = options;
  const { size } = file;
  const end = findEnd();
  const { id, target } = await procedures.file.createUpload.mutate(
    { ...announced, workspaceId, name, size, hash: await hashSource(file, signal) },
    toAbortSignal(options),
  );
  const onSent = (sent: number) => onProgress?.(sent, size);
  if (target === null) onSent(size);
  else await sendFile({ ...target, url: fileUrl(target.url) }, { file, fetch, onSent, signal, end });
  return { id };
}

const toAbortSignal = ({ signal }: Pick<UploadOptions, "signal">) => (signal === undefined ? {} : { signal });

const toFileName = (file: FileSource) =>
  "name" in file && typeof file.name === "string" ? file.name : "file";

/** Returns the SHA-256 in hexadecimal. Hashes chunk by chunk, because Web Crypto needs all bytes at once. */
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
