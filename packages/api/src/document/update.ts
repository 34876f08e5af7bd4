import type { Document, DocumentUpdateInput, TextApplied } from "@mdreader/contract";
import { workspaces } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { DocumentAccess } from "../access/authorize.ts";
import { mutateWorkspace } from "../access/authorized-transaction.ts";
import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";
import { describeRename } from "../workspace/event-log.ts";
import { withDamageFallback } from "./collab/store/damage.ts";
import { publishMeta } from "./collab/store/document-channel.ts";
import { readMarkdown } from "./collab/store/live-document.ts";
import type { AppendedRow } from "./collab/store/log.ts";
import { mergeText, type TextSaved } from "./collab/write/merge-text.ts";
import { updateDocumentMeta, lockDocument, type MetaChange } from "./metadata.ts";

/**
 * Changes a document's text, title or language.
 *
 * A text is merged with the changes since its base version, so that two writers with the same base both keep their
 * changes. Replacing the current text must be requested explicitly.
 *
 * @throws AppError BASE_VERSION_REQUIRED for a text without either; VERSION_CONFLICT when the version does not
 *   exist; DOCUMENT_TOO_LARGE.
 */
export async function updateDocument(
  services: Services,
  access: DocumentAccess<"document.update">,
  {
    content,
    baseVersion,
    overwrite,
    title,
    language,
    expectedVersion,
    onlyIfVersion,
  }: Omit<DocumentUpdateInput, "id">,
): Promise<Document> {
  let saved: TextSaved | null = null;
  if (content !== undefined) {
    const base = overwrite === true ? "now" : baseVersion;
    if (base === undefined) throw new AppError("BASE_VERSION_REQUIRED");
    saved = await mergeText(services, access, { text: content, base, reason: "saved", onlyIfVersion });
  }
  if (title !== undefined || language !== undefined) {
    await updateTitleAndLanguage(services, access, { title, language, expectedVersion });
  } else if (saved !== null && saved.row !== null) return toSavedDocument(access, saved.applied, saved.row);
  return readCurrentDocument(services, access);
}

/** Builds the document from the row that the save returned. */
function toSavedDocument(
  { document, caller, role }: DocumentAccess<"document.update">,
  { version, content }: TextApplied,
  row: AppendedRow,
): Document {
  return {
    ...document,
    ...row,
    version,
    content,
    size: Buffer.byteLength(content),
    updatedBy: caller.userId,
    role,
  };
}

function updateTitleAndLanguage(
  services: Services,
  access: DocumentAccess<"document.update">,
  { title, language, expectedVersion }: Pick<DocumentUpdateInput, "title" | "language" | "expectedVersion">,
): Promise<void> {
  const { document, caller } = access;
  return mutateWorkspace(services, "document.update", access, async ({ tx, workspaceId, emit }) => {
    const before = await lockDocument(tx, document.id);
    const set: MetaChange = {};
    if (title !== undefined) set.title = title;
    if (language !== undefined) {
      const [workspace] = await tx
        .select({ language: workspaces.language })
        .from(workspaces)
        .where(eq(workspaces.id, workspaceId));
      Object.assign(set, { language, searchLanguage: language ?? workspace?.language ?? "simple" });
    }
    const changed = await updateDocumentMeta(tx, document.id, set, caller.userId, { expectedVersion });
    emit({
      kind: "document.updated",
      subjectId: document.id,
      subjectName: changed.title,
      ...describeRename(before.title, changed.title),
    });
    return changed;
  }).then((changed) => publishMeta(services, changed));
}

/** Reads the current document after a change. */
async function readCurrentDocument(
  services: Services,
  { document, role }: DocumentAccess<"document.update">,
): Promise<Document> {
  const row = await services.database.db.transaction((tx) => lockDocument(tx, document.id));
  const read = services.documents.read(document.id, (live) => {
    const content = readMarkdown(live);
    return { ...row, content, size: Buffer.byteLength(content), version: live.version, role };
  });
  // An unreadable document can still be renamed.
  return withDamageFallback(read, { ...row, role });
}
