import type { Sql } from "@mdreader/db";

import { AppError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import type { DocumentStore } from "../collab/store/document-store.ts";
import { readLiveText } from "../read-live-text.ts";
import { sqlInsertVersionRows, isSaved, buildVersions, maxSaveAttempts } from "./build-versions.ts";
import { readHistoryHead } from "./stored-versions.ts";

/**
 * An edit session consists of the live edits of a document since its last saved version. `materializeText` records
 * it with the text. It becomes a version when the last editor leaves, or five minutes after the last edit.
 */

/**
 * Saves the edits since the newest version as a version, unless the text is the same. Can run at any time, in any
 * process, repeatedly.
 *
 * @throws AppError NOT_FOUND when the document no longer exists.
 */
export async function saveEditSession(sql: Sql, store: DocumentStore, documentId: string): Promise<void> {
  for (let attempt = 0; attempt < maxSaveAttempts; attempt += 1) {
    const head = await readHistoryHead(sql, documentId);
    const { version, text } = await store.read(documentId, readLiveText);
    if (head.version >= version) {
      await sql`
        delete from document_edit_sessions s using documents d
        where s.document_id = ${documentId} and d.id = s.document_id and d.history_version >= d.version`;
      return;
    }
    const drafts = isSaved(head, text)
      ? []
      : [{ documentVersion: version, text, reason: "edited" as const, authors: "edit-session" as const }];
    const { versions } = buildVersions(head, drafts);
    // If another process has saved a version since, the number is taken.
    const ended = await sql`
      with document as (
        update documents
        set history_version = ${version}, history_number = history_number + ${versions.length}
        where id = ${documentId} and history_number = ${head.number} and history_version < ${version}
        returning id, workspace_id, title, version
      ), ended as (
        delete from document_edit_sessions using document where document_id = document.id and document.version <= ${version}
      )${versions.length === 0 ? sql`` : sql`, versioned as (${sqlInsertVersionRows(sql, versions)})`}
      select from document`;
    if (ended.count > 0) return;
  }
  throw new AppError("UNAVAILABLE", { retryAfter: 1 });
}

/** Maximum number of edit sessions per sweep. */
const batchSize = 200;

/**
 * Ends edit sessions without edits for five minutes, including those of crashed servers.
 * @returns The number of ended edit sessions.
 */
export async function saveIdleEditSessions({
  database: { sql },
  documents,
  log,
}: Pick<Ports, "database" | "log"> & { documents: DocumentStore }): Promise<number> {
  const idle = await sql<{ id: string }[]>`
    select document_id as id from document_edit_sessions
    where edited_at < now() - interval '5 minutes'
    order by edited_at
    limit ${batchSize}`;
  for (const { id } of idle) {
    try {
      await saveEditSession(sql, documents, id);
    } catch (error) {
      log.warn({ err: error, documentId: id }, "an edit session couldn't be saved as a version");
    }
  }
  return idle.length;
}
