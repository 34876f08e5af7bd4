import { applyEdits, listDestinations, linkPath, relinkFiles } from "@mdreader/markdown";

import type { Services } from "../../context.ts";
import { resolveFiles } from "../../file/resolve.ts";

/** A document to export. */
export interface ExportedDocument {
  id: string;
  workspaceId: string;
  folderId: string | null;
  /** The user who exports it. */
  userId: string;
  /** Its path in the archive. */
  path: string;
}

/**
 * Rewrites the links to files whose paths differ in the archive: they lead to the same files as in the app. The
 * rest of the text is unchanged, byte for byte.
 *
 * @param getArchivePath Returns the path of a file in the archive by its ID; undefined if it is not included.
 */
export async function rewriteExportedLinks(
  { database: { db }, textWorkers }: Pick<Services, "database" | "textWorkers">,
  document: ExportedDocument,
  text: string,
  getArchivePath: (fileId: string) => string | undefined,
): Promise<string> {
  const contents = await textWorkers.readMarkdown(document.userId, text);
  const targets = listDestinations(contents).flatMap((destination) => linkPath(destination) ?? []);
  if (targets.length === 0) return text;
  const found = await resolveFiles(db, document, [...new Set(targets)]);
  const from = document.path.split("/").slice(0, -1);
  const edits = relinkFiles(contents, from, (destination) => {
    const file = found.get(linkPath(destination) ?? "");
    return file && getArchivePath(file.id)?.split("/");
  });
  return applyEdits(text, edits);
}
