import { encodeEdits, firstServerClientId, maxClock, type Merged } from "@mdreader/collab";
import { fitsDocument, type Role, type TextApplied, type VersionReason } from "@mdreader/contract";
import type { DocumentRow, Sql } from "@mdreader/db";
import * as Y from "yjs";

import { authorize } from "../../../access/authorize.ts";
import { areCredentialsValid } from "../../../access/credential-validity.ts";
import type { Caller } from "../../../access/identity.ts";
import { haveRequiredSecondFactor } from "../../../access/second-factor-proof.ts";
import type { Services } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { type PendingVersion, isSaved, buildVersions } from "../../version/build-versions.ts";
import { type HistoryHead, readHistoryHead } from "../../version/stored-versions.ts";
import { readTextAt } from "../read/text-at-version.ts";
import { publishUpdate } from "../store/document-channel.ts";
import type { DocumentStore, DocumentWrite, Plan, Planned } from "../store/document-store.ts";
import { type LiveDocument, readMarkdown } from "../store/live-document.ts";
import { type AppendedRow, editAction } from "../store/log.ts";
import {
  isApplicable,
  type MergeTarget,
  prepareMerge,
  type PreparedMerge,
  toMergeTarget,
  type Writer,
} from "./prepared-merge.ts";
import { storeResponse } from "./stored-response.ts";

export type TextPorts = Pick<Services, "database" | "bus" | "sequencePoller" | "textWorkers"> & {
  documents: DocumentStore;
};

/** A text to be saved as a version. */
export interface TextMerge {
  text: string;
  /** The version that it is based on; "now" replaces the current text. */
  base: number | "now";
  reason: VersionReason;
  restoredFrom?: number;
  /** The version that the document must have. */
  onlyIfVersion?: number | undefined;
  key?: string | undefined;
}

/** The result of a save, and the document's row after it. The row is null if nothing was written. */
export interface TextSaved {
  applied: TextApplied;
  row: AppendedRow | null;
}

/** Maximum wait in the queue. After that, the call has timed out anyway. */
const maxWaitMs = 15_000;

/** The document to save to, and the caller. The writing statement checks that they may edit it. */
export interface MergeAccess {
  document: Pick<DocumentRow, "id" | "workspaceId">;
  caller: Caller;
}

/**
 * Number of attempts to merge outside of the document's queue. The next attempt runs inside it and blocks all
 * edits.
 */
const maxPrepared = 3;

/**
 * Merges a text into the document, and saves the result. A merge without changes saves nothing.
 *
 * Other edits continue while a long merge is computed, and its edits apply on top of them. If another text was
 * saved in the meantime, the merge is computed again, so that identical changes are applied once.
 *
 * @throws AppError as the access check, when access was lost in the meantime; DOCUMENT_TOO_LARGE.
 */
export async function mergeText(
  services: TextPorts,
  target: MergeAccess,
  save: TextMerge,
): Promise<TextSaved> {
  const { documents } = services;
  const { document, caller } = target;
  const startedAt = performance.now();
  const attempt = async (prepared: PreparedMerge | null, isLast: boolean) => {
    const generation = await services.sequencePoller.readGeneration();
    const plan: Plan<PlannedMerge | MergeTarget> = async (live, on) => {
      if (performance.now() - startedAt > maxWaitMs) throw new AppError("UNAVAILABLE", { retryAfter: 5 });
      return planText(services, { live, sql: on, prepared, isLast, generation }, target, save);
    };
    const { result, row } = await documents
      .write(document.id, plan, { withHistory: true })
      .catch(async (error: unknown) => {
        if (error instanceof AppError && error.reason === "NOT_FOUND") {
          await assertAuthorized(services.database.sql, document, caller);
        }
        throw error;
      });
    return isTarget(result) ? result : { ...result, row };
  };
  const prepare = (from: MergeTarget) =>
    prepareMerge(from, async (now) => {
      const base = await readBase(services.database.sql, document.id, save, { ...from, text: now });
      return services.textWorkers.merge(caller.userId, base, save.text, now);
    });

  const first = await attempt(null, false);
  if (!isTarget(first)) return publishSave(services, target, save, first);
  const planned = await documents.inTurn(document.id, caller.userId, async () => {
    let tried = await attempt(null, false);
    for (let tries = 1; isTarget(tried); tries += 1) {
      tried = await attempt(await prepare(tried), tries === maxPrepared);
    }
    return tried;
  });
  return publishSave(services, target, save, planned);
}

const isTarget = (tried: PlannedMerge | MergeTarget): tried is MergeTarget => "state" in tried;

/** Returns the text that a save is based on. @throws AppError VERSION_CONFLICT */
function readBase(
  sql: Sql,
  documentId: string,
  { base }: TextMerge,
  now: { version: number; text: string },
): Promise<string> {
  return base === "now" || base === now.version
    ? Promise.resolve(now.text)
    : readTextAt(sql, documentId, base);
}

interface SaveAttempt {
  live: LiveDocument;
  sql: Sql;
  prepared: PreparedMerge | null;
  /** Whether to merge inside the queue, however long it takes. */
  isLast: boolean;
  /** The generation of the database. */
  generation: string;
}

/** Plans a save, or returns the state for which to prepare a merge. */
async function planText(
  { textWorkers }: TextPorts,
  { live, sql, prepared, isLast, generation }: SaveAttempt,
  { document, caller }: MergeAccess,
  save: TextMerge,
): Promise<Planned<PlannedMerge | MergeTarget>> {
  const { onlyIfVersion = live.version } = save;
  if (onlyIfVersion !== live.version) throw new AppError("VERSION_CONFLICT");
  const head = (live.history ??= await readHistoryHead(sql, document.id));
  const now = readMarkdown(live);
  const writer = findWriter(live, caller.userId, generation);
  const plan = (merged: SavedMerge) => {
    const planned = planMerge(live, { now, head, ...merged }, save, caller);
    return { write: planned.write, result: planned };
  };
  const current = { version: live.version, writer, historyNumber: head.number };
  if (prepared !== null && isApplicable(prepared, current)) {
    return plan({ update: prepared.update, ...prepared.resultIn(live) });
  }
  const isQuick = (base: string) => isLast || textWorkers.isMergedInline(base, save.text, now);
  if (!isQuick(now)) return { write: null, result: toMergeTarget(live, writer, head.number) };
  const base = await readBase(sql, document.id, save, { version: live.version, text: now });
  if (!isQuick(base)) return { write: null, result: toMergeTarget(live, writer, head.number) };
  const merged = await textWorkers.merge(caller.userId, base, save.text, now);
  return plan({ update: encodeEdits(live.doc, writer.clientId, merged.edits), ...merged });
}

/** Publishes a save, and stores its result under the idempotency key if nothing was written. */
async function publishSave(
  services: TextPorts,
  { document, caller }: MergeAccess,
  { key }: TextMerge,
  { applied, write, row }: PlannedMerge & { row: AppendedRow | null },
): Promise<TextSaved> {
  const { sql } = services.database;
  for (const { update, authorId } of write?.updates ?? []) {
    publishUpdate(services, document.id, { seq: applied.version, update, authorId });
  }
  if (write !== null || key === undefined) return { applied, row };
  const { id: documentId, workspaceId } = document;
  const writeKey = { documentId, workspaceId, userId: caller.userId, key };
  return { applied: await storeResponse(sql, writeKey, applied), row };
}

/**
 * Finds out why the writing statement wrote nothing.
 * @throws AppError as the access check.
 */
async function assertAuthorized(
  sql: Sql,
  { id: documentId, workspaceId }: Pick<DocumentRow, "id" | "workspaceId">,
  caller: Caller,
): Promise<void> {
  const [found] = await sql<{ isValid: boolean; role: Role | null; lacksRequiredFactor: boolean }[]>`
    select ${areCredentialsValid(sql, [caller])} as "isValid",
      not ${haveRequiredSecondFactor(sql, workspaceId, [caller])} as "lacksRequiredFactor", (
      select m.role
      from documents d
      join workspaces w on w.id = d.workspace_id and w.deleted_at is null
      join workspace_members m on m.workspace_id = w.id and m.user_id = ${caller.userId}
      where d.id = ${documentId} and d.deleted_at is null
    ) as role`;
  authorize(editAction, found?.isValid === true ? { caller, ...found } : undefined);
}

/**
 * UTF-16 units from which the row is updated later: indexing a long text for search takes up to seconds, for which
 * the writer would wait. The text is in the log and in history at once, and reaches the row a moment later, like
 * live edits.
 */
const minDeferredLength = 16_384;

interface PlannedMerge {
  applied: TextApplied;
  write: DocumentWrite | null;
}

/** The result of a merge, and its update; null changes nothing. */
interface SavedMerge extends Pick<Merged, "text" | "conflicts"> {
  update: Uint8Array | null;
}

function planMerge(
  live: LiveDocument,
  { now, head, update, text: content, conflicts }: SavedMerge & { now: string; head: HistoryHead },
  { reason, restoredFrom, key }: TextMerge,
  caller: Caller,
): PlannedMerge {
  const { userId, apiKeyName } = caller;
  if (!fitsDocument(content)) throw new AppError("DOCUMENT_TOO_LARGE");
  const applied = { version: live.version + (update === null ? 0 : 1), content, conflicts };
  if (update === null) return { applied, write: null };
  const newClientIds = readAuthors(update).filter((clientId) => !live.owners.has(clientId));
  const newOwners = new Map(newClientIds.map((clientId) => [clientId, userId]));
  const saved: PendingVersion = {
    documentVersion: applied.version,
    text: content,
    reason,
    restoredFrom: restoredFrom ?? null,
    authors: [{ userId, tool: apiKeyName }],
  };
  return {
    applied,
    write: {
      updates: [{ update, authorId: userId, apiKeyName }],
      newOwners,
      callers: [caller],
      saved: {
        row: content.length > minDeferredLength ? null : { content },
        ...buildVersions(head, [...buildEditSession(live.version, now, head), saved]),
      },
      response: key === undefined ? undefined : { userId, key, body: applied },
    },
  };
}

/** Server client IDs of one generation of the database. */
const idsPerGeneration = 2 ** 16;

/**
 * Returns the client ID for a user's texts. It is the same in a generation of the database, because a document retains
 * each ID forever. Another generation gets other IDs: after a restored backup, windows may still know characters that
 * the database has lost, and new ones must not take their names.
 *
 * Nobody else writes under it, and a plan on an older state is repeated.
 */
function findWriter({ owners, doc }: LiveDocument, userId: string, generation: string): Writer {
  const firstId = firstServerClientId + Number.parseInt(generation.slice(0, 4), 16) * idsPerGeneration;
  const serverClients = [...owners].filter(
    ([clientId]) => clientId >= firstId && clientId < firstId + idsPerGeneration,
  );
  // A script that saves for years may exhaust the clocks of an ID.
  const ownClient = serverClients.find(
    ([clientId, owner]) => owner === userId && Y.getState(doc.store, clientId) < maxClock / 2,
  );
  const clientId = ownClient?.[0] ?? firstId + serverClients.length;
  return { clientId, clock: Y.getState(doc.store, clientId) };
}

/** Returns the edits since the newest version, which a saved text must not drop from history. */
function buildEditSession(documentVersion: number, text: string, head: HistoryHead): PendingVersion[] {
  if (head.version >= documentVersion || isSaved(head, text)) return [];
  return [{ documentVersion, text, reason: "edited", authors: "edit-session" }];
}

const readAuthors = (update: Uint8Array): number[] => [...Y.parseUpdateMeta(update).to.keys()];
