import type { SqlPool } from "@mdreader/db";

import type { DocumentStore } from "../store/document-store.ts";
import { readMarkdown } from "../store/live-document.ts";

interface Heading {
  version: number;
  contentVersion: number;
  historyVersion: number;
}

/**
 * Writes the current text, for reading and searching, and records that an edit session is open. Any process can do this
 * at any time, repeatedly, and can be interrupted: it is one transaction that never moves backward.
 *
 * @returns The version of the text.
 */
export async function materializeText(
  sql: SqlPool,
  store: DocumentStore,
  documentId: string,
): Promise<number> {
  const { version, text } = await store.read(documentId, (live) => ({
    version: live.version,
    text: readMarkdown(live),
  }));
  await sql.begin(async (tx) => {
    const [document] = await tx<Heading[]>`
      select version, content_version as "contentVersion", history_version as "historyVersion"
      from documents where id = ${documentId} for no key update`;
    if (document === undefined) return;
    if (document.contentVersion < version) {
      await tx`
        update documents
        set content = ${text}, size = ${Buffer.byteLength(text)}, content_version = ${version}
        where id = ${documentId}`;
    }
    if (document.historyVersion < document.version) {
      await tx`
        insert into document_edit_sessions (document_id, workspace_id)
        select id, workspace_id from documents where id = ${documentId}
        on conflict (document_id) do update set edited_at = now()`;
    }
    if (document.version <= version) await tx`delete from stale_documents where document_id = ${documentId}`;
  });
  return version;
}
