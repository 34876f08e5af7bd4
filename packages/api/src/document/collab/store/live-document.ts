import { applyUpdates, getText } from "@mdreader/collab";
import { countSteps } from "@mdreader/collab/integration";
import type { SqlRunner } from "@mdreader/db";
import * as Y from "yjs";

import { AppError } from "../../../errors.ts";
import { DamagedDocumentError } from "./damage.ts";
import { type Append, readLog } from "./log.ts";

/**
 * A document as this process holds it in memory: all that is committed up to `version`, and nothing that is not. Other
 * processes write too; `applyNewEntries` brings in what they have written.
 */
export interface LiveDocument {
  readonly id: string;
  readonly workspaceId: string;
  readonly doc: Y.Doc;
  version: number;
  /** Whose each client id is; null is nobody's any more. */
  readonly owners: Map<number, string | null>;
  /** What its text takes in UTF-8 at the most, in bytes: exact once it has been counted, and grown since. */
  maxBytes: number;
  /** Items that conflict resolution has walked over, to load it and since, and to load it alone. */
  steps: number;
  stepsAtLoad: number;
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

/**
 * Steps of conflict resolution after which a document is given up that is being loaded: about a second of them. Few
 * documents take a thousand; `push` refuses what would lead here.
 */
export const maxLoadSteps = 32_000_000;

/** How often a document is loaded while others fold its log. After that, entries of it are missing for good. */
const maxLoads = 5;

/** Loads a document from its snapshot and its log. @throws AppError NOT_FOUND, DOCUMENT_DAMAGED */
export async function loadDocument(sql: Sql, id: string, loadsLeft = maxLoads): Promise<LiveDocument> {
  if (loadsLeft === 0) throw new DamagedDocumentError(new Error("The log has a gap."));
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
    doc: new Y.Doc(),
    version: head.snapshotSeq ?? 0,
    owners: new Map(),
    maxBytes: Number.POSITIVE_INFINITY,
    steps: 0,
    stepsAtLoad: 0,
    encoded: head.state && head.snapshotSeq ? { version: head.snapshotSeq, state: head.state } : null,
  };
  getText(live.doc);
  if (head.state !== null) applyAll(live, [head.state]);
  live.doc.on("afterTransaction", ({ beforeState, afterState }: Y.Transaction) => {
    for (const [clientId, clock] of afterState) {
      live.maxBytes += maxBytesPerUnit * (clock - (beforeState.get(clientId) ?? 0));
    }
  });
  // The log may have been folded since the snapshot was read: then the entries after it are gone, and a newer one is there.
  if (!(await applyNewEntries(sql, live))) return loadDocument(sql, id, loadsLeft - 1);
  live.stepsAtLoad = live.steps;
  // Structs that wait for one another were once taken in, and never come to anything.
  live.doc.store.pendingStructs = null;
  live.doc.store.pendingDs = null;
  const owners = await sql<{ clientId: string; userId: string | null }[]>`
    select client_id as "clientId", user_id as "userId" from document_clients where document_id = ${id}`;
  for (const { clientId, userId } of owners) live.owners.set(Number(clientId), userId);
  return live;
}

/** Applies updates that are committed. @throws DamagedDocumentError, and leaves the document to be thrown away. */
function applyAll(live: LiveDocument, updates: readonly Uint8Array[]): void {
  try {
    live.steps += countSteps(maxLoadSteps - live.steps, () => {
      applyUpdates(live.doc, updates);
    });
  } catch (cause) {
    throw new DamagedDocumentError(cause);
  }
}

/**
 * Brings in what has been committed since, in one statement. The owners of new client ids are the authors of the entries
 * that bring them.
 *
 * @returns False when that has been folded away, or the document is at an older version than here, as after a restored
 *   backup: then it must be loaded anew.
 * @throws DamagedDocumentError
 */
export async function applyNewEntries(sql: Sql, live: LiveDocument): Promise<boolean> {
  for (;;) {
    const { entries, version } = await readLog(sql, live.id, live.version);
    const [first] = entries;
    // Folded away, or never written: the database may hold less than this process has read of it.
    if (first === undefined) return version === null || version === live.version;
    if (first.seq !== live.version + 1) return false;
    applyAll(
      live,
      entries.flatMap(({ update }) => update ?? []),
    );
    for (const { update, authorId } of entries) {
      if (update === null) continue;
      for (const clientId of Y.parseUpdateMeta(update).to.keys()) {
        if (!live.owners.has(clientId)) live.owners.set(clientId, authorId);
      }
    }
    live.version = entries.at(-1)?.seq ?? live.version;
    if (live.version === version) return true;
  }
}

/** All of it as one update in the V1 encoding. */
export function encodeState(live: LiveDocument): Uint8Array {
  if (live.encoded?.version !== live.version) {
    live.encoded = { version: live.version, state: Y.encodeStateAsUpdate(live.doc) };
  }
  return live.encoded.state;
}

/** What one struct of Yjs, and a document with nothing in it, take in memory; as measured, in bytes. */
const structBytes = 200;
const documentBytes = 20_000;

/** About how many bytes of memory it takes. */
export function estimateMemory(live: LiveDocument): number {
  const { doc, encoded } = live;
  return (
    documentBytes +
    countStructs(live) * structBytes +
    getText(doc).length * 2 +
    (encoded?.state.byteLength ?? 0)
  );
}

/** Applies what was committed under the next numbers. */
export function applyCommitted(
  live: LiveDocument,
  { updates, claims }: Pick<Append, "updates" | "claims">,
): void {
  live.steps += countSteps(Infinity, () => {
    applyUpdates(
      live.doc,
      updates.map(({ update }) => update),
    );
  });
  live.version += updates.length;
  live.encoded = null;
  for (const [clientId, userId] of claims) live.owners.set(clientId, userId);
}

/** A UTF-16 code unit takes three bytes of UTF-8 at the most. */
export const maxBytesPerUnit = 3;

/** Counts what the text takes in UTF-8, in bytes. Takes as long as the text is. */
export function countBytes(live: LiveDocument): number {
  live.maxBytes = Buffer.byteLength(readMarkdown(live));
  return live.maxBytes;
}

/** The Markdown that it holds. Half of a surrogate pair, which a client can have left over, is no storable text. */
export function readMarkdown({ doc }: LiveDocument): string {
  return getText(doc).toJSON().toWellFormed();
}

/** How many structs it consists of. */
export function countStructs({ doc }: LiveDocument): number {
  return doc.store.clients.values().reduce((sum, { length }) => sum + length, 0);
}
