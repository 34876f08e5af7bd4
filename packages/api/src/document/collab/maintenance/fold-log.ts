import type { SqlPool } from "@mdreader/db";

import { saveAttributions } from "../../version/attributions.ts";
import type { DocumentStore } from "../store/document-store.ts";
import { encodeState, isCheapToLoad } from "../store/live-document.ts";

/** When a log is folded, and how much of it is retained. */
export interface FoldLimits {
  /**
   * A snapshot is made once the log has grown by this many entries, or by `bytesPerSnapshot` of updates, since the last
   * one.
   */
  entriesPerSnapshot: number;
  bytesPerSnapshot: number;
  /**
   * Number of retained snapshots, with the log since the oldest, so that subscribers can resume by number after an
   * absence.
   */
  keptSnapshots: number;
}

const defaultFoldLimits: FoldLimits = {
  entriesPerSnapshot: 500,
  bytesPerSnapshot: 4 * 1024 * 1024,
  keptSnapshots: 3,
};

/**
 * Folds the log into a snapshot, which avoids reading the log from the start, if it has grown enough since the last
 * one. The log stays if the snapshot would be too costly to load. Any process can do this at any time, repeatedly, and
 * can be interrupted: it is one transaction that never moves backward.
 *
 * @returns Whether it was folded.
 */
export async function foldLog(
  sql: SqlPool,
  store: DocumentStore,
  documentId: string,
  { entriesPerSnapshot, bytesPerSnapshot, keptSnapshots }: FoldLimits = defaultFoldLimits,
): Promise<boolean> {
  const [candidate] = await sql`
    select 1
    from documents d
    cross join lateral (
      select coalesce(max(seq), 0) as seq from document_snapshots where document_id = d.id
    ) snapshot
    where d.id = ${documentId} and (
      d.version >= ${entriesPerSnapshot} + snapshot.seq
      or (select sum(octet_length(update)) from document_log where document_id = d.id and seq > snapshot.seq)
        >= ${bytesPerSnapshot})`;
  if (candidate === undefined) return false;
  const folded = await store.read(documentId, (live) => {
    if (live.version < live.nextFoldVersion) return null;
    live.nextFoldVersion = live.version + entriesPerSnapshot;
    if (!isCheapToLoad(live)) return null;
    live.nextFoldVersion = 0;
    const { version, workspaceId } = live;
    return { version, workspaceId, state: Buffer.from(encodeState(live)) };
  });
  if (folded === null) return false;
  const { version, workspaceId, state } = folded;
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
