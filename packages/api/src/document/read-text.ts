import { type DocumentRow, documents, type Executor } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { Services } from "../context.ts";
import { readMarkdown } from "./collab/store/live-document.ts";

/** Reads a document's text, including every acknowledged edit. @throws AppError DOCUMENT_DAMAGED */
export async function readCurrentText(
  { database, documents: store }: Pick<Services, "database" | "documents">,
  { id, version, contentVersion }: Pick<DocumentRow, "id" | "version" | "contentVersion">,
): Promise<{ content: string; version: number }> {
  if (contentVersion === version) {
    const [row] = await database.db
      .select({ content: documents.content, version: documents.contentVersion })
      .from(documents)
      .where(eq(documents.id, id));
    if (row !== undefined) return row;
  }
  return store.read(id, (document) => ({ content: readMarkdown(document), version: document.version }));
}

/** Reads the text in a document's row, which recent live edits may not be in; empty if the document no longer exists. */
export async function readStoredText(db: Executor, id: string): Promise<string> {
  const [row] = await db.select({ content: documents.content }).from(documents).where(eq(documents.id, id));
  return row?.content ?? "";
}
