import { applyEdits, listDestinations, linkPath, relinkFiles } from "@mdreader/markdown";

import type { Services } from "../../context.ts";
import { resolveFiles } from "../../file/resolve.ts";

/** A document that goes into an archive. */
export interface ExportedDocument {
  id: string;
  workspaceId: string;
  folderId: string | null;
  /** The person who exports it. */
  userId: string;
  /** Its path in the archive. */
  path: string;
}

/**
 * A document's text with the links to files that lie elsewhere in the archive than the text says: they lead to the file
 * that the app shows there. All else stays as it is, byte for byte.
 *
 * @param readAncestorIds The path of a file in the archive, by its id; undefined where it is not in it.
 */
export async function withExportedLinks(
  { database: { db }, textWorkers }: Pick<Services, "database" | "textWorkers">,
  document: ExportedDocument,
  text: string,
  pathOf: (fileId: string) => string | undefined,
): Promise<string> {
  const contents = await textWorkers.readMarkdown(document.userId, text);
  const targets = listDestinations(contents).flatMap((destination) => linkPath(destination) ?? []);
  if (targets.length === 0) return text;
  const found = await resolveFiles(db, document, [...new Set(targets)]);
  const from = document.path.split("/").slice(0, -1);
  const edits = relinkFiles(contents, from, (destination) => {
    const file = found.get(linkPath(destination) ?? "");
    return file && pathOf(file.id)?.split("/");
  });
  return applyEdits(text, edits);
}
