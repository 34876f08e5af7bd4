import type { FileSource, UploadOptions, WorkspaceFile } from "@mdreader/client";
import { useMutation, type UseMutationOptions, type UseMutationResult } from "@tanstack/react-query";
import { useState } from "react";

import { useMDReader } from "../provider.tsx";

/** A file to upload, and where it goes: an attachment of `documentId`, or a file of `folderId`. */
export interface UploadVariables extends UploadOptions {
  file: FileSource;
}

/** A mutation of TanStack Query that uploads files. */
export type UploadResult = UseMutationResult<WorkspaceFile, Error, UploadVariables> & {
  /** The part that has been sent of all files in progress, from 0 to 1; null if there are none. */
  progress: number | null;
  /** Cancels all files in progress. Their mutations fail. */
  cancel: () => void;
};

interface Upload {
  sent: number;
  total: number;
  controller: AbortController;
}

/**
 *  Uploads files to a workspace: `upload.mutate({ file, documentId })`. Several can be in progress. They continue when
 * the component unmounts.
 */
export function useUpload(
  workspaceId: string,
  options: Omit<UseMutationOptions<WorkspaceFile, Error, UploadVariables>, "mutationFn"> = {},
): UploadResult {
  const { client } = useMDReader();
  const [progress, setProgress] = useState<number | null>(null);
  const [uploads] = useState(createUploads);
  const mutation = useMutation({
    // The client itself waits for the network, and the cache need not hold files.
    networkMode: "always",
    gcTime: 0,
    ...options,
    async mutationFn({ file, onProgress, signal, ...announced }) {
      const upload = uploads.begin(file.size);
      const show = () => setProgress(uploads.progress());
      show();
      try {
        return await client.uploadFile(workspaceId, file, {
          ...announced,
          signal:
            signal === undefined
              ? upload.controller.signal
              : AbortSignal.any([signal, upload.controller.signal]),
          onProgress(sent, total) {
            upload.sent = sent;
            show();
            onProgress?.(sent, total);
          },
        });
      } finally {
        uploads.end(upload);
        show();
      }
    },
  });
  return { ...mutation, progress, cancel: uploads.cancel };
}

/** Adds up uploads. Finished ones count until all are, so that progress never goes back. */
function createUploads() {
  const active = new Set<Upload>();
  let counted: Upload[] = [];
  return {
    begin(total: number): Upload {
      const upload = { sent: 0, total, controller: new AbortController() };
      active.add(upload);
      counted.push(upload);
      return upload;
    },
    end(upload: Upload): void {
      upload.sent = upload.total;
      active.delete(upload);
      if (active.size === 0) counted = [];
    },
    /** In whole percent, so that components render at most a hundred times. */
    progress(): number | null {
      if (active.size === 0) return null;
      const sum = (read: (upload: Upload) => number) =>
        counted.reduce((total, upload) => total + read(upload), 0);
      const total = sum((upload) => upload.total);
      return total === 0 ? 0 : Math.floor((100 * sum(({ sent }) => sent)) / total) / 100;
    },
    cancel(): void {
      for (const { controller } of active) controller.abort();
    },
  };
}
