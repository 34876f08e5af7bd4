import type { Database } from "@mdreader/db";

import { toCjkBigrams } from "../../search/cjk-bigrams.ts";
import { saveAttributions } from "../../version/attributions.ts";
import type { DocumentStore } from "../store/document-store.ts";
import { readMarkdown, encodeState } from "../store/live-document.ts";

/**
 * What is derived from a document's log: its text, which is read and searched, and its snapshot, which spares reading
 * the log from its beginning. Either may be done at any time, by any process, twice, or be killed: each is one
 * transaction that only ever goes forward.
 */

type Sql = Database["sql"];

interface Heading {
  title: string;
  version: number;
  contentVersion: number;
  historyVersion: number;
}

/** Writes the text as it is now, for reading and searching, and notes that people are typing. @returns The version it is of. */
export async function materializeText(sql: Sql, store: DocumentStore, documentId: string): Promise<number> {
  const { version, text } = await store.read(documentId, (live) => ({
    version: live.version,
    text: readMarkdown(live),
  }));
  await sql.begin(async (tx) => {
    const [document] = await tx<Heading[]>`
      select title, version, content_version as "contentVersion", history_version as "historyVersion"
      from documents where id = ${documentId} for no key update`;
    if (document === undefined) return;
    if (document.contentVersion < version) {
      await tx`
        update documents
        set content = ${text}, size = ${Buffer.byteLength(text)}, content_version = ${version},
          search_pairs = ${toCjkBigrams(document.title, text)}
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

/** When a log is folded, and how much of it is kept. */
export interface FoldLimits {
  /** A snapshot is made when the log has grown by so many entries since the last one, or so many bytes of updates. */
  entriesPerSnapshot: number;
  bytesPerSnapshot: number;
  /** So many are kept, with the log since the oldest: a follower that was away for a while resumes by its number. */
  keptSnapshots: number;
}

const defaultFoldLimits: FoldLimits = {
  entriesPerSnapshot: 500,
  bytesPerSnapshot: 4 * 1024 * 1024,
  keptSnapshots: 3,
};

/** Folds the log into a snapshot, if it has grown enough since the last one. @returns Whether it was done. */
export async function foldLog(
  sql: Sql,
  store: DocumentStore,
  documentId: string,
  { entriesPerSnapshot, bytesPerSnapshot, keptSnapshots }: FoldLimits = defaultFoldLimits,
): Promise<boolean> {
  const [grown] = await sql`
    select 1
    from documents d
    cross join lateral (
      select coalesce(max(seq), 0) as seq from document_snapshots where document_id = d.id
    ) snapshot
    where d.id = ${documentId} and (
      d.version >= ${entriesPerSnapshot} + snapshot.seq
      or (select sum(octet_length(update)) from document_log where document_id = d.id and seq > snapshot.seq)
        >= ${bytesPerSnapshot})`;
  if (grown === undefined) return false;
  const { version, workspaceId, state } = await store.read(documentId, (live) => ({
    version: live.version,
    workspaceId: live.workspaceId,
    state: Buffer.from(encodeState(live)),
  }));
  await sql.begin(async (tx) => {
    await tx`
      insert into document_snapshots (document_id, workspace_id, seq, state)
      values (${documentId}, ${workspaceId}, ${version}, ${state})
      on conflict do nothing`;
    const [oldest] = await tx<{ seq: number }[]>`
      select seq from document_snapshots where document_id = ${documentId}
      order by seq desc offset ${keptSnapshots - 1} limit 1`;
    if (oldest === undefined) return;
    await tx`delete from document_snapshots where document_id = ${documentId} and seq < ${oldest.seq}`;
    await saveAttributions(tx, documentId, oldest.seq);
    await tx`delete from document_log where document_id = ${documentId} and seq <= ${oldest.seq}`;
  });
  return true;
}
