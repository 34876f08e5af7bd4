import { editText, firstServerClientId, maxClock, type Merged, encodeUpdate } from "@mdreader/collab";
import {
  fitsDocument,
  type Role,
  type TextApplied,
  textApplied,
  type VersionReason,
} from "@mdreader/contract";
import type { Database, DocumentRow, SqlRunner } from "@mdreader/db";
import * as Y from "yjs";

import { authorize, type DocumentAccess } from "../../../access/authorize.ts";
import { areCredentialsValid } from "../../../access/credential-validity.ts";
import type { Caller, Services } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { violatedConstraint } from "../../../util/database-errors.ts";
import { toCjkBigrams } from "../../search/cjk-bigrams.ts";
import { type PendingVersion, isSaved, buildVersions } from "../../version/build-versions.ts";
import { type HistoryHead, readHistoryHead } from "../../version/stored-versions.ts";
import {
  isStillGood,
  type MergeTarget,
  prepareMerge,
  type PreparedMerge,
  targetOf,
  type Writer,
} from "../prepared-merge.ts";
import { readTextAt } from "../read/text-at-version.ts";
import { publishUpdate } from "../store/document-channel.ts";
import type { DocumentStore, DocumentWrite, Planned } from "../store/document-store.ts";
import { type LiveDocument, readMarkdown } from "../store/live-document.ts";
import { editAction } from "../store/log.ts";

type TextPorts = Pick<Services, "database" | "bus" | "textWorkers"> & { documents: DocumentStore };

/** What a writer that holds text, and no document of its own, wants written. */
export interface TextWrite {
  /** The version whose text the writer started from. */
  baseVersion: number;
  text: string;
  /** Names this write among the person's own to this document. */
  idempotencyKey?: string | undefined;
}

/**
 * Merges what a writer made of a version into the document as it is now: live editors just see it happen, and what they
 * typed meanwhile stays. The result is saved as a version, and before it what was typed until then.
 *
 * @throws AppError VERSION_CONFLICT when there has been no such version; DOCUMENT_TOO_LARGE.
 */
export async function applyText(
  services: TextPorts,
  access: DocumentAccess<typeof editAction>,
  { baseVersion, text, idempotencyKey: key }: TextWrite,
): Promise<TextApplied> {
  const { sql } = services.database;
  const { document, caller } = access;
  const earlier = key === undefined ? null : await findAnswer(sql, document.id, caller.userId, key);
  if (earlier !== null) return earlier;

  try {
    return await mergeText(services, access, { text, base: baseVersion, key, reason: "saved" });
  } catch (error) {
    // The same write came twice at once, and the other one was first.
    if (key === undefined || violatedConstraint(error) === null) throw error;
    const first = await findAnswer(sql, document.id, caller.userId, key);
    if (first !== null) return first;
    throw error;
  }
}

/** A text that is to be saved as a version. */
export interface TextMerge {
  text: string;
  /** The version that it was made from; "now" replaces what the document has become. */
  base: number | "now";
  reason: VersionReason;
  restoredFrom?: number;
  key?: string | undefined;
}

/** How long a write waits for those before it: by then its call has been answered, and its text is only in the way. */
const maxWaitMs = 15_000;

/** The document that a text goes into, and the caller: that they may edit it is checked by the statement that writes. */
export interface SavedDocument {
  document: Pick<DocumentRow, "id" | "workspaceId" | "title">;
  caller: Caller;
}

/** How often a merge is made outside of the document's queue, before it is made inside, where all edits wait for it. */
const maxPrepared = 3;

/**
 * Merges a text into the document, and saves what comes of it. A merge that changes nothing saves nothing.
 *
 * Others go on editing the document while a long merge is made: the edits that come of it are made beside theirs. When
 * another text was saved meanwhile, the merge is made again, so that what both texts changed alike is done once.
 *
 * @throws AppError as the check, when the access has been lost meanwhile; DOCUMENT_TOO_LARGE.
 */
export async function mergeText(
  services: TextPorts,
  target: SavedDocument,
  save: TextMerge,
): Promise<TextApplied> {
  const { documents } = services;
  const { document, caller } = target;
  const askedAt = performance.now();
  const attempt = async (prepared: PreparedMerge | null, isLast: boolean) => {
    const merging = documents.write(document.id, async (live, on) => {
      if (performance.now() - askedAt > maxWaitMs) throw new AppError("UNAVAILABLE", { retryAfter: 5 });
      return planText(services, { live, sql: on, prepared, isLast }, target, save);
    });
    const { result } = await merging.catch(async (error: unknown) => {
      if (error instanceof AppError && error.reason === "NOT_FOUND") {
        await checkAgain(services.database.sql, document.id, caller);
      }
      throw error;
    });
    return result;
  };
  const prepare = (from: MergeTarget) =>
    prepareMerge(from, async (now) => {
      const base = await baseOf(services.database.sql, document.id, save, { ...from, text: now });
      return services.textWorkers.merge(caller.userId, base, save.text, now);
    });

  const first = await attempt(null, false);
  if (!isTarget(first)) return answerSave(services, target, save, first);
  const planned = await documents.inTurn(document.id, caller.userId, async () => {
    let tried = await attempt(null, false);
    for (let tries = 1; isTarget(tried); tries += 1) {
      tried = await attempt(await prepare(tried), tries === maxPrepared);
    }
    return tried;
  });
  return answerSave(services, target, save, planned);
}

const isTarget = (tried: PlannedMerge | MergeTarget): tried is MergeTarget => "state" in tried;

/** The text that a save was made from. @throws AppError VERSION_CONFLICT */
function baseOf(
  sql: SqlRunner,
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
  sql: SqlRunner;
  prepared: PreparedMerge | null;
  /** Whether the merge is to be made here, however long it takes. */
  isLast: boolean;
}

/** Plans a save, or answers the state from which a merge is to be prepared. */
async function planText(
  { textWorkers }: TextPorts,
  { live, sql, prepared, isLast }: SaveAttempt,
  { document, caller }: SavedDocument,
  save: TextMerge,
): Promise<Planned<PlannedMerge | MergeTarget>> {
  const past = await readHistoryHead(sql, document.id);
  const now = readMarkdown(live);
  const writer = writerOf(live, caller.userId);
  const plan = (merged: SavedMerge) => {
    const planned = planMerge(live, { now, past, ...merged }, save, { caller, title: document.title });
    return { write: planned.write, result: planned };
  };
  const seen = { version: live.version, writer, historyNumber: past.number };
  if (prepared !== null && isStillGood(prepared, seen)) {
    return plan({ update: prepared.update, ...prepared.resultIn(live) });
  }
  const isQuick = (base: string) => isLast || textWorkers.isMergedAtOnce(base, save.text, now);
  if (!isQuick(now)) return { write: null, result: targetOf(live, writer, past.number) };
  const base = await baseOf(sql, document.id, save, { version: live.version, text: now });
  if (!isQuick(base)) return { write: null, result: targetOf(live, writer, past.number) };
  const merged = await textWorkers.merge(caller.userId, base, save.text, now);
  const update = encodeUpdate(live.doc, writer.clientId, (draft) => editText(draft, merged.edits));
  return plan({ update, ...merged });
}

/** Tells others of a save that was made, and answers it under its key. */
async function answerSave(
  services: TextPorts,
  { document, caller }: SavedDocument,
  { key }: TextMerge,
  { answer, write }: PlannedMerge,
): Promise<TextApplied> {
  const { sql } = services.database;
  for (const { update, authorId } of write?.updates ?? []) {
    publishUpdate(services, document.id, { seq: answer.version, update, authorId });
  }
  if (write !== null || key === undefined) return answer;
  // Nothing had to be written, but asked again, when others have written, it is answered the same.
  await sql`
    insert into idempotency_keys (document_id, workspace_id, user_id, key, answer)
    values (${document.id}, ${document.workspaceId}, ${caller.userId}, ${key}, ${JSON.stringify(answer)}::text::jsonb)
    on conflict do nothing`;
  return (await findAnswer(sql, document.id, caller.userId, key)) ?? answer;
}

/**
 * Tells why the statement that writes wrote nothing, which it does not say itself.
 * @throws AppError as the check.
 */
async function checkAgain(sql: Database["sql"], documentId: string, caller: Caller): Promise<void> {
  const [found] = await sql<{ stands: boolean; role: Role | null }[]>`
    select ${areCredentialsValid(sql, [caller])} as stands, (
      select m.role
      from documents d
      join workspaces w on w.id = d.workspace_id and w.deleted_at is null
      join workspace_members m on m.workspace_id = w.id and m.user_id = ${caller.userId}
      where d.id = ${documentId} and d.deleted_at is null
    ) as role`;
  authorize(editAction, found?.stands === true ? { caller, role: found.role } : undefined);
}

/**
 * UTF-16 units from which on a text is not written into its row at once: indexing it for search takes up to seconds, in
 * which its writer would wait. It is in the log and in history, and goes into the row a moment later, as live edits do.
 */
const minDeferredLength = 16_384;

interface PlannedMerge {
  answer: TextApplied;
  write: DocumentWrite | null;
}

/** What comes of a merge, and the update that makes it; null changes nothing. */
interface SavedMerge extends Pick<Merged, "text" | "conflicts"> {
  update: Uint8Array | null;
}

function planMerge(
  live: LiveDocument,
  { now, past, update, text: content, conflicts }: SavedMerge & { now: string; past: HistoryHead },
  { reason, restoredFrom, key }: TextMerge,
  { caller, title }: { caller: Caller; title: string },
): PlannedMerge {
  const { userId, tool } = caller;
  if (!fitsDocument(content)) throw new AppError("DOCUMENT_TOO_LARGE");
  const answer = { version: live.version + (update === null ? 0 : 1), content, conflicts };
  if (update === null) return { answer, write: null };
  const unclaimed = readAuthors(update).filter((clientId) => !live.owners.has(clientId));
  const claims = new Map(unclaimed.map((clientId) => [clientId, userId]));
  const saved: PendingVersion = {
    documentVersion: answer.version,
    text: content,
    reason,
    restoredFrom: restoredFrom ?? null,
    authors: [{ userId, tool }],
  };
  return {
    answer,
    write: {
      updates: [{ update, authorId: userId, tool }],
      claims,
      callers: [caller],
      saved: {
        row:
          content.length > minDeferredLength ? null : { content, searchPairs: toCjkBigrams(title, content) },
        versions: buildVersions(past, [...buildEditSession(live.version, now, past), saved]),
      },
      answer: key === undefined ? undefined : { userId, key, answer },
    },
  };
}

/**
 * The client ID that a person's texts are written under: always the same, since a document remembers each for ever. Nobody
 * else writes under it, and what is planned on an older state is planned again.
 */
function writerOf({ owners, doc }: LiveDocument, userId: string): Writer {
  const given = [...owners].filter(([clientId]) => clientId >= firstServerClientId);
  // A script that saves for years comes to the end of an id.
  const own = given.find(
    ([clientId, owner]) => owner === userId && Y.getState(doc.store, clientId) < maxClock / 2,
  );
  const clientId = own?.[0] ?? firstServerClientId + given.length;
  return { clientId, clock: Y.getState(doc.store, clientId) };
}

/** What was typed since the newest version, which a text that is saved must not take from history. */
function buildEditSession(documentVersion: number, text: string, past: HistoryHead): PendingVersion[] {
  if (past.version >= documentVersion || isSaved(past, text)) return [];
  return [{ documentVersion, text, reason: "edited", authors: "spell" }];
}

const readAuthors = (update: Uint8Array): number[] => [...Y.parseUpdateMeta(update).to.keys()];

async function findAnswer(sql: Database["sql"], documentId: string, userId: string, key: string) {
  const [found] = await sql<{ answer: unknown }[]>`
    select answer from idempotency_keys
    where document_id = ${documentId} and user_id = ${userId} and key = ${key}`;
  return found === undefined ? null : textApplied.parse(found.answer);
}
