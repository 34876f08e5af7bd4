import { client } from "../../lib/client.ts";
import type { ResolveFiles } from "../markdown/images.ts";

/** Maximum number of paths resolved per call. */
const maxPathsPerCall = 100;

/** Resolves the file paths in a document. */
export function createFileResolver(documentId: string): ResolveFiles {
  return async (paths) => {
    const found = new Map<string, string>();
    for (let from = 0; from < paths.length; from += maxPathsPerCall) {
      const { items } = await client.file.resolve.query({
        documentId,
        paths: paths.slice(from, from + maxPathsPerCall),
      });
      for (const { path, file } of items) if (file !== null) found.set(path, client.fileUrl(file.url));
    }
    return found;
  };
}
