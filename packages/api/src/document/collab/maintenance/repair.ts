import { applyUpdates, createYDoc, getText } from "@mdreader/collab";
import { countSteps } from "@mdreader/collab/integration";
import type { Database, Sql } from "@mdreader/db";
import * as Y from "yjs";

import { AppError } from "../../../errors.ts";
import { sqlInsertVersionRows, buildVersions } from "../../version/build-versions.ts";
import { readHistoryHead } from "../../version/stored-versions.ts";
import { maxLoadSteps } from "../store/live-document.ts";

/** The result of a repair. */
export interface Repair {
  title: string;
  /** Entries that could not be applied, with their original updates. They are empty after the repair. */
  skipped: { seq: number; update: Uint8Array }[];
  /** Number of unreadable snapshots that were deleted. */
  droppedSnapshots: number;
  /** The document's version after the repair; unchanged if nothing was wrong. */
  version: number;
}

interface Head {
  title: string;
  version: number;
}

interface Entry {
  seq: number;
  update: Uint8Array;
}

/** An update that changes nothing. */
const emptyUpdate = Buffer.from([0, 0]);

/**
 * Repairs a document whose log has entries that Yjs cannot apply. It empties those entries, keeps all others, and
 * saves the result as a version whose label describes the repair. Readable documents are not changed.
 *
 * @throws AppError NOT_FOUND; DOCUMENT_DAMAGED when no snapshot is readable and the log before it is gone.
 */
export async function repairDocument({ sql }: Pick<Database, "sql">, documentId: string): Promise<Repair> {
  return sql.begin(async (tx) => {
    const [head] = await tx<Head[]>`
      select title, version from documents where id = ${documentId} for no key update`;
    if (head === undefined) throw new AppError("NOT_FOUND");
    const { base, damagedSnapshots } = await newestReadable(tx, documentId);
    const entries = await tx<Entry[]>`
      select seq, update from document_log
      where document_id = ${documentId} and seq > ${base.seq} and update is not null order by seq`;
    const { doc, skipped } = applyReadable(base.state, entries);
    const report = { title: head.title, skipped, droppedSnapshots: damagedSnapshots.length };
    if (skipped.length + damagedSnapshots.length === 0) return { ...report, version: head.version };

    await tx`
      update document_log set update = ${emptyUpdate}
      where document_id = ${documentId} and seq = any(${skipped.map(({ seq }) => seq)}::int[])`;
    await tx`
      delete from document_snapshots
      where document_id = ${documentId} and seq = any(${damagedSnapshots}::int[])`;
    const version = head.version + 1;
    await saveRepaired(tx, documentId, { doc, version, label: repairLabel(report) });
    return { ...report, version };
  });
}

/** Returns the newest readable state. @throws AppError DOCUMENT_DAMAGED */
async function newestReadable(sql: Sql, documentId: string) {
  const snapshots = await sql<{ seq: number; state: Uint8Array }[]>`
    select seq, state from document_snapshots where document_id = ${documentId} order by seq desc`;
  const damagedSnapshots: number[] = [];
  for (const { seq, state } of snapshots) {
    if (isReadable([state])) return { base: { seq, state }, damagedSnapshots };
    damagedSnapshots.push(seq);
  }
  const [oldest] = await sql<{ seq: number | null }[]>`
    select min(seq) as seq from document_log where document_id = ${documentId}`;
  if (oldest?.seq !== 1) throw new AppError("DOCUMENT_DAMAGED");
  return { base: { seq: 0, state: Y.encodeStateAsUpdate(createYDoc([])) }, damagedSnapshots };
}

/** Builds a document from the entries that can be applied. */
function applyReadable(state: Uint8Array, entries: readonly Entry[]) {
  const applied = [state];
  const skipped: Entry[] = [];
  let doc = createYDoc(applied);
  for (const entry of entries) {
    if (canApply(doc, entry.update)) applied.push(entry.update);
    else {
      skipped.push(entry);
      // A failed update may have been applied partially.
      doc = createYDoc(applied);
    }
  }
  return { doc, skipped };
}

const isReadable = (updates: readonly Uint8Array[]): boolean => {
  const doc = new Y.Doc();
  return updates.every((update) => canApply(doc, update));
};

function canApply(doc: Y.Doc, update: Uint8Array): boolean {
  try {
    countSteps(maxLoadSteps, () => applyUpdates(doc, [update]));
    return doc.store.pendingStructs === null && doc.store.pendingDs === null;
  } catch {
    return false;
  }
}

interface Repaired {
  doc: Y.Doc;
  version: number;
  label: string;
}

/** Records the repair in the log and in history, and writes the current text and a snapshot. */
async function saveRepaired(tx: Sql, documentId: string, { doc, version, label }: Repaired) {
  const text = getText(doc).toJSON().toWellFormed();
  const head = await readHistoryHead(tx, documentId);
  const draft = { documentVersion: version, text, reason: "named" as const, label, authors: [] };
  await tx`
    with document as (
      update documents
      set version = ${version}, content_version = ${version}, content = ${text},
        size = ${Buffer.byteLength(text)}, history_version = ${version}, history_number = history_number + 1
      where id = ${documentId}
      returning id, workspace_id, title, folder_id, deleted_at
    ), logged as (
      insert into document_log (document_id, workspace_id, seq, kind, meta)
      select id, workspace_id, ${version}::int, 'meta',
        jsonb_build_object('title', title, 'folderId', folder_id, 'deleted', deleted_at is not null)
      from document
    ), folded as (
      insert into document_snapshots (document_id, workspace_id, seq, state)
      select id, workspace_id, ${version}::int, ${Buffer.from(Y.encodeStateAsUpdate(doc))}::bytea from document
    ), settled as (
      delete from stale_documents using document where document_id = document.id
    ), versioned as (
      ${sqlInsertVersionRows(tx, buildVersions(head, [draft]).versions)}
    )
    select from document`;
}

/** Maximum length of a version's label. */
const maxLabel = 100;

function repairLabel({ skipped, droppedSnapshots }: Pick<Repair, "skipped" | "droppedSnapshots">): string {
  const numbers = skipped.map(({ seq }) => seq).join(", ");
  const entries = skipped.length === 0 ? "" : `; left out entries ${numbers}`;
  const snapshots = droppedSnapshots === 0 ? "" : `; ${droppedSnapshots} unreadable snapshots`;
  const label = `Repaired${entries}${snapshots}`;
  return label.length <= maxLabel ? label : `${label.slice(0, maxLabel - 1)}…`;
}
