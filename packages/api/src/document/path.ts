import type { DocumentPath } from "@mdreader/contract";

import type { DocumentAccess } from "../access/authorize.ts";
import type { Services } from "../context.ts";
import { readAncestors } from "./folder/paths.ts";

/** Reads the folders that contain a document, from the root down. */
export async function readDocumentPath(
  { database: { db } }: Pick<Services, "database">,
  { document }: DocumentAccess<"document.read">,
): Promise<DocumentPath> {
  if (document.folderId === null) return { folders: [] };
  const ancestors = await readAncestors(db, document.folderId);
  return { folders: ancestors.toReversed().map(({ id, name }) => ({ id, name })) };
}
