import type { Document, DocumentUpdateInput } from "@mdreader/contract";
import { workspaces } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { DocumentAccess } from "../access/authorize.ts";
import { change } from "../access/change.ts";
import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";
import { announceMeta } from "./live/announce.ts";
import { saveText } from "./live/apply-text.ts";
import { unlessDamaged } from "./live/damage.ts";
import { markdownOf } from "./live/live-document.ts";
import { changeMetaOf, holdDocument, type MetaChange } from "./meta.ts";
import { searchPairsOf } from "./search/pairs.ts";

/**
 * Changes a document's text, title or language.
 *
 * A text is merged into what the document has become since the version that it was made from: two writers who save from
 * one version are both kept. A writer that means to replace whatever is there says so.
 *
 * @throws AppError BASE_VERSION_REQUIRED for a text that says neither; VERSION_CONFLICT when there is no such version;
 *   DOCUMENT_TOO_LARGE.
 */
export async function updateDocument(
  services: Services,
  access: DocumentAccess<"document.update">,
  { content, baseVersion, overwrite, title, language, expectedVersion }: Omit<DocumentUpdateInput, "id">,
): Promise<Document> {
  if (content !== undefined) {
    const base = overwrite === true ? "now" : baseVersion;
    if (base === undefined) throw new AppError("BASE_VERSION_REQUIRED");
    await saveText(services, access, { text: content, base, reason: "saved" });
  }
  if (title !== undefined || language !== undefined) {
    await updateMeta(services, access, { title, language, expectedVersion });
  }
  return current(services, access);
}

function updateMeta(
  services: Services,
  access: DocumentAccess<"document.update">,
  { title, language, expectedVersion }: Pick<DocumentUpdateInput, "title" | "language" | "expectedVersion">,
): Promise<void> {
  const { document, caller } = access;
  return change(services, "document.update", access, async ({ tx, workspaceId, record }) => {
    const row = await holdDocument(tx, document.id);
    const set: MetaChange = {};
    if (title !== undefined) Object.assign(set, { title, searchPairs: searchPairsOf(title, row.content) });
    if (language !== undefined) {
      const [workspace] = await tx
        .select({ language: workspaces.language })
        .from(workspaces)
        .where(eq(workspaces.id, workspaceId));
      Object.assign(set, { language, searchLanguage: language ?? workspace?.language ?? "simple" });
    }
    const changed = await changeMetaOf(tx, document.id, set, caller.userId, { expectedVersion });
    record({ kind: "document.updated", subjectId: document.id, subjectName: changed.title });
    return changed;
  }).then((changed) => announceMeta(services, changed));
}

/** The document as it is now, for who has just changed it. */
async function current(
  services: Services,
  { document, role }: DocumentAccess<"document.update">,
): Promise<Document> {
  const row = await services.database.db.transaction((tx) => holdDocument(tx, document.id));
  const read = services.documents.read(document.id, (live) => {
    const content = markdownOf(live);
    return { ...row, content, size: Buffer.byteLength(content), version: live.version, role };
  });
  // One that can't be read can still be renamed.
  return unlessDamaged(read, { ...row, role });
}
