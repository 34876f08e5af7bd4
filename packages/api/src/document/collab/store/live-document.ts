import { applyUpdates, createYDoc, getText } from "@mdreader/collab";
import { countSteps, IntegrationLimitError } from "@mdreader/collab/integration";
import type { Sql } from "@mdreader/db";
import * as Y from "yjs";

import { AppError } from "../../../errors.ts";
import { type HistoryHead, toHistoryHead } from "../../version/stored-versions.ts";
import { DamagedDocumentError } from "./damage.ts";
import { type Append, readLog } from "./log.ts";
import { readStoredDocument } from "./stored-document.ts";

/**
 * A document in the memory of this process: every committed update up to `version`, and nothing else. Other
 * processes write too; `applyNewEntries` applies their updates.
 */
export interface LiveDocument {
  readonly id: string;
  readonly workspaceId: string;
  readonly doc: Y.Doc;
  version: number;
  /** Owner of each client ID; null once the account is deleted. */
  readonly owners: Map<number, string | null>;
  /** Upper bound of the text's size in UTF-8 bytes. Exact after a count; edits add to it. */
  maxBytes: number;
  /** Items that conflict resolution has visited: in total, and for the load alone. */
  steps: number;
  stepsAtLoad: number;
  /** Version from which on a snapshot is tried again, after one that would have been too costly to load. */
  nextFoldVersion: number;
  /** The newest saved version, on which the next one is based. Null if unknown. Saves of other processes replace it. */
  history: HistoryHead | null;
  /** The document as one update at some version, cached for readers between edits. */
  encoded: { version: number; state: Uint8Array } | null;
}

/**
 * Conflict-resolution steps after which a load is aborted: about one second. Documents rarely take a thousand, and
 * `push` rejects edits that would exceed this.
 */
export const maxLoadSteps = 32_000_000;

/**
 * Returns the maximum conflict-resolution steps of a document with so many structs. When many people type at one
 * position, each letter takes as many steps as there are people.
 */
export const maxDocumentSteps = (structs: number): number =>
  Math.min(4_000_000 + 16 * structs, maxLoadSteps / 2);

/** Maximum conflict-resolution steps to copy a document from its state. */
export const maxCopySteps = maxLoadSteps / 2;

/** Number of attempts to load a document while others fold its log. After that, the log has a permanent gap. */
const maxLoads = 5;

interface LoadOptions {
  /** Whether to load its history too. */
  withHistory?: boolean | undefined;
  readStored?: typeof readStoredDocument;
}

/** Loads a document from its snapshot and its log, in one statement unless the log is long. @throws AppError NOT_FOUND, DOCUMENT_DAMAGED */
export async function loadDocument(
  sql: Sql,
  id: string,
  { withHistory = false, readStored = readStoredDocument }: LoadOptions = {},
  loadsLeft = maxLoads,
): Promise<LiveDocument> {
  if (loadsLeft === 0) throw new DamagedDocumentError(new Error("The log has a gap."));
  const stored = await readStored(sql, id, withHistory);
  if (stored === undefined) throw new AppError("NOT_FOUND");
  const { workspaceId, snapshotSeq, state, firstSeq, lastSeq, updates, clientIds, ownerIds } = stored;
  const live: LiveDocument = {
    id,
    workspaceId,
    doc: createYDoc(),
    version: snapshotSeq ?? 0,
    owners: new Map(clientIds?.map((clientId, index) => [Number(clientId), ownerIds?.[index] ?? null])),
    maxBytes: Number.POSITIVE_INFINITY,
    steps: 0,
    stepsAtLoad: 0,
    nextFoldVersion: 0,
    history: withHistory ? toHistoryHead(stored) : null,
    encoded: state && snapshotSeq ? { version: snapshotSeq, state } : null,
  };
  if (state !== null) applyAll(live, [state]);
  live.doc.on("afterTransaction", ({ beforeState, afterState }: Y.Transaction) => {
    for (const [clientId, clock] of afterState) {
      live.maxBytes += maxBytesPerUnit * (clock - (beforeState.get(clientId) ?? 0));
    }
  });
  if (lastSeq !== null && firstSeq === live.version + 1) {
    applyAll(live, splitUpdates(updates));
    live.version = lastSeq;
  }
  // The rest of the log may have been folded in the meantime. In that case a newer snapshot exists.
  const isComplete = live.version === stored.logVersion || (await applyNewEntries(sql, live));
  if (!isComplete) return loadDocument(sql, id, { withHistory, readStored }, loadsLeft - 1);
  live.stepsAtLoad = live.steps;
  // Earlier releases accepted structs that wait for missing ones. They are never applied.
  live.doc.store.pendingStructs = null;
  live.doc.store.pendingDs = null;
  return live;
}

/** Splits concatenated updates, each preceded by its length. The driver takes longer to parse an array of them. */
function splitUpdates(joined: Uint8Array | null): Uint8Array[] {
  if (joined === null) return [];
  const bytes = Buffer.from(joined.buffer, joined.byteOffset, joined.byteLength);
  const updates: Uint8Array[] = [];
  for (let start = 4; start <= bytes.length;) {
    const end = start + bytes.readInt32BE(start - 4);
    updates.push(bytes.subarray(start, end));
    start = end + 4;
  }
  return updates;
}

/** Applies committed updates. @throws DamagedDocumentError; discard the document in that case. */
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
 * Applies the updates committed since, read in one statement. The owners of new client IDs are the authors of their
 * entries.
 *
 * @returns False when those updates were folded, or the database has an older version, as after a restored backup.
 *   Reload the document in that case.
 * @throws DamagedDocumentError
 */
export async function applyNewEntries(sql: Sql, live: LiveDocument): Promise<boolean> {
  for (;;) {
    const { entries, version } = await readLog(sql, live.id, live.version);
    const [first] = entries;
    // Folded, or never written: the database may be older than this copy.
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
    live.history = null;
    if (live.version === version) return true;
  }
}

/**
 * Checks whether its state can become a snapshot. A snapshot has another order than the log: by client ID. Updates that
 * are cheap as they arrive can take the square of their structs in that order. If no edit was contested, neither order
 * has conflicts.
 */
export const isCheapToLoad = (live: LiveDocument): boolean =>
  live.steps === 0 ||
  runWithinSteps(maxDocumentSteps(countStructs(live)), () => createYDoc([encodeState(live)])) !== null;

/** Runs a function that builds a document from its state. @throws AppError DOCUMENT_DAMAGED if that is too costly. */
export function buildFromState<Result>(build: () => Result): Result {
  const built = runWithinSteps(maxCopySteps, build);
  if (built === null) throw new AppError("DOCUMENT_DAMAGED");
  return built.result;
}

/** Runs a function, or returns null if it exceeds the conflict-resolution steps. */
export function runWithinSteps<Result>(maxSteps: number, run: () => Result): { result: Result } | null {
  const done: { result: Result }[] = [];
  try {
    countSteps(maxSteps, () => {
      done.push({ result: run() });
    });
  } catch (error) {
    if (error instanceof IntegrationLimitError) return null;
    throw error;
  }
  return done[0] ?? null;
}

/** Encodes the document as one update in the V1 encoding. */
export function encodeState(live: LiveDocument): Uint8Array {
  if (live.encoded?.version !== live.version) {
    live.encoded = { version: live.version, state: Y.encodeStateAsUpdate(live.doc) };
  }
  return live.encoded.state;
}

/** Measured memory in bytes of one Yjs struct, and of an empty document. */
const structBytes = 200;
const documentBytes = 20_000;

/** Estimates the memory that a document takes, in bytes. */
export function estimateMemory(live: LiveDocument): number {
  const { doc, encoded, history } = live;
  return (
    documentBytes +
    countStructs(live) * structBytes +
    getText(doc).length * 2 +
    (encoded?.state.byteLength ?? 0) +
    (history?.keyframe?.text.byteLength ?? 0)
  );
}

/** Applies updates that were committed under the next numbers. */
export function applyCommitted(
  live: LiveDocument,
  { updates, newOwners, saved }: Pick<Append, "updates" | "newOwners" | "saved">,
): void {
  live.steps += countSteps(Infinity, () => {
    applyUpdates(
      live.doc,
      updates.map(({ update }) => update),
    );
  });
  live.version += updates.length;
  live.encoded = null;
  if (saved !== undefined) live.history = saved.head;
  for (const [clientId, userId] of newOwners) live.owners.set(clientId, userId);
}

/** A UTF-16 code unit takes at most three bytes of UTF-8. */
export const maxBytesPerUnit = 3;

/** Counts the bytes of the text in UTF-8, in time proportional to its length. */
export function countBytes(live: LiveDocument): number {
  live.maxBytes = Buffer.byteLength(readMarkdown(live));
  return live.maxBytes;
}

/** Returns the Markdown. Half of a surrogate pair, which a client may leave over, cannot be stored and is replaced. */
export function readMarkdown({ doc }: LiveDocument): string {
  return getText(doc).toJSON().toWellFormed();
}

/** Counts the structs of a document. */
export function countStructs({ doc }: LiveDocument): number {
  return doc.store.clients.values().reduce((sum, { length }) => sum + length, 0);
}
