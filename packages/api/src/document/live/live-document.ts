import { documentOf, textOf } from "@mdreader/collab";
import type { SqlRunner } from "@mdreader/db";
import * as Y from "yjs";

import { AppError } from "../../errors.ts";
import { readLog } from "./log.ts";

/**
 * A document as this process holds it in memory: all that is committed up to `version`, and nothing that is not. Other
 * processes write too; `catchUp` brings in what they have written.
 */
export interface LiveDocument {
  readonly id: string;
  readonly workspaceId: string;
  readonly doc: Y.Doc;
  version: number;
  /** Whose each client id is; null is nobody's any more. */
  readonly owners: Map<number, string | null>;
  /** What its text takes in UTF-8 at the most, in bytes: exact once it has been counted, and grown since. */
  bytesAtMost: number;
  /** All of it as one update, as it was at some version: many may open it before it is edited again. */
  encoded: { version: number; state: Uint8Array } | null;
}

type Sql = SqlRunner;

interface Head {
  workspaceId: string;
  version: number;
  snapshotSeq: number | null;
  state: Uint8Array | null;
}

/** Loads a document from its snapshot and its log. @throws AppError NOT_FOUND */
export async function loadDocument(sql: Sql, id: string): Promise<LiveDocument> {
  const [head] = await sql<Head[]>`
    select d.workspace_id as "workspaceId", d.version, s.seq as "snapshotSeq", s.state
    from documents d
    left join lateral (
      select seq, state from document_snapshots where document_id = d.id order by seq desc limit 1
    ) s on true
    where d.id = ${id}`;
  if (head === undefined) throw new AppError("NOT_FOUND");
  const live: LiveDocument = {
    id,
    workspaceId: head.workspaceId,
    doc: documentOf(head.state === null ? [] : [head.state]),
    version: head.snapshotSeq ?? 0,
    owners: new Map(),
    bytesAtMost: Number.POSITIVE_INFINITY,
    encoded: head.state && head.snapshotSeq ? { version: head.snapshotSeq, state: head.state } : null,
  };
  live.doc.on("afterTransaction", ({ beforeState, afterState }: Y.Transaction) => {
    for (const [clientId, clock] of afterState) {
      live.bytesAtMost += bytesPerUnit * (clock - (beforeState.get(clientId) ?? 0));
    }
  });
  // The log may have been folded since the snapshot was read: then the entries after it are gone, and a newer one is there.
  return (await catchUp(sql, live)) ? live : loadDocument(sql, id);
}

/**
 * Brings in what has been committed since.
 * @returns False when that has been folded away, or the document is at an older version than here, as after a restored
 *   backup: then it must be loaded anew.
 */
export async function catchUp(sql: Sql, live: LiveDocument): Promise<boolean> {
  for (;;) {
    const { entries, version } = await readLog(sql, live.id, live.version);
    const [first] = entries;
    if (first === undefined) {
      // Folded away, or never written: the database may hold less than this process has read of it.
      if (version !== null && version !== live.version) return false;
      break;
    }
    if (first.seq !== live.version + 1) return false;
    live.doc.transact(() => {
      for (const { update } of entries) if (update !== null) Y.applyUpdate(live.doc, update);
    });
    live.version = entries.at(-1)?.seq ?? live.version;
  }
  const owners = await sql<{ clientId: string; userId: string | null }[]>`
    select client_id as "clientId", user_id as "userId" from document_clients where document_id = ${live.id}`;
  for (const { clientId, userId } of owners) live.owners.set(Number(clientId), userId);
  return true;
}

/** All of it as one update in the V1 encoding. */
export function stateOf(live: LiveDocument): Uint8Array {
  if (live.encoded?.version !== live.version) {
    live.encoded = { version: live.version, state: Y.encodeStateAsUpdate(live.doc) };
  }
  return live.encoded.state;
}

/** What one struct of Yjs, and a document with nothing in it, take in memory; as measured, in bytes. */
const structBytes = 200;
const documentBytes = 20_000;

/** About how many bytes of memory it takes. */
export function weightOf({ doc, encoded }: LiveDocument): number {
  const structs = doc.store.clients.values().reduce((sum, { length }) => sum + length, 0);
  return documentBytes + structs * structBytes + textOf(doc).length * 2 + (encoded?.state.byteLength ?? 0);
}

/** Applies updates that were committed under the next numbers. */
export function applyCommitted(
  live: LiveDocument,
  updates: readonly Uint8Array[],
  claims: ReadonlyMap<number, string>,
) {
  live.doc.transact(() => {
    for (const update of updates) Y.applyUpdate(live.doc, update);
  });
  live.version += updates.length;
  live.encoded = null;
  for (const [clientId, userId] of claims) live.owners.set(clientId, userId);
}

/** A UTF-16 code unit takes three bytes of UTF-8 at the most. */
export const bytesPerUnit = 3;

/** Counts what the text takes in UTF-8, in bytes. Takes as long as the text is. */
export function countBytes(live: LiveDocument): number {
  live.bytesAtMost = Buffer.byteLength(markdownOf(live));
  return live.bytesAtMost;
}

/** The Markdown that it holds. Half of a surrogate pair, which a client can have left over, is no storable text. */
export function markdownOf({ doc }: LiveDocument): string {
  return textOf(doc).toJSON().toWellFormed();
}

/** The next clock of each client id. */
export function clocksOf({ doc }: LiveDocument): Map<number, number> {
  return Y.decodeStateVector(Y.encodeStateVector(doc));
}
