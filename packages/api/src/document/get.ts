import type { Document, Role } from "@mdreader/contract";
import { type DocumentRow, documents } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { DocumentCheck } from "../access/resource-checks.ts";
import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";
import { readMarkdown } from "./collab/store/live-document.ts";

/** Reads a document with its text, including every acknowledged edit. */
export async function getDocument(
  services: Pick<Services, "documents">,
  check: DocumentCheck<"document.read">,
): Promise<Document> {
  const { access, rows } = await check.selectPrepared("document.get", () =>
    check.db
      .select({ id: documents.id, content: documents.content })
      .from(documents)
      .where(eq(documents.id, check.subject.id)),
  );
  const [row] = rows;
  if (row === undefined) throw new AppError("NOT_FOUND");
  return toCurrentDocument(services, access.document, access.role, row.content);
}

/** Converts a row to a document. If live edits are newer than the row's text, the text comes from the log. */
async function toCurrentDocument(
  { documents: store }: Pick<Services, "documents">,
  row: DocumentRow,
  role: Role,
  content: string,
): Promise<Document> {
  if (row.contentVersion === row.version) return { ...row, content, role };
  return store.read(row.id, (document) => {
    const text = readMarkdown(document);
    return { ...row, content: text, size: Buffer.byteLength(text), version: document.version, role };
  });
}
