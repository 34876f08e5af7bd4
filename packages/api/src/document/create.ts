import type { Document, DocumentCreateInput, Language, VersionReason } from "@mdreader/contract";
import { type DocumentRow, createId, executePrepared, toIsoTimestamp, type Tx } from "@mdreader/db";
import { sql } from "drizzle-orm";

import type { WorkspaceAccess } from "../access/authorize.ts";
import { mutateWorkspace } from "../access/authorized-transaction.ts";
import { AppError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { createKeyedBatches } from "../util/keyed-batches.ts";
import { buildFirstEntry } from "./collab/store/log.ts";
import { restoredColumns } from "./deletion-columns.ts";
import { findFolder } from "./folder/find.ts";
import { buildFirstVersion } from "./version/build-versions.ts";

type CreateAccess = WorkspaceAccess<"document.create">;
type CreatePorts = Pick<Ports, "database" | "bus">;

/** A document to create. */
export type NewDocument = Pick<DocumentCreateInput, "title" | "content" | "language">;

/** The folder of new documents, and the reason of their first versions: `imported` for texts from existing files. */
export interface CreateTarget {
  folderId: string | null;
  reason?: "created" | "imported";
  /** Work to commit together with each document. */
  withinTransaction?: (tx: Tx, row: DocumentRow) => Promise<void>;
}

/**
 * Creates documents in a folder in one transaction, and saves their first versions.
 * @throws AppError NOT_FOUND for a folder of another workspace.
 */
export function createDocuments(
  services: CreatePorts,
  access: CreateAccess,
  drafts: readonly NewDocument[],
  { folderId, reason = "created", withinTransaction }: CreateTarget,
): Promise<Document[]> {
  const { workspaceId, caller } = access;
  const { userId: authorId, apiKeyName } = caller;
  return mutateWorkspace(services, "document.create", access, async ({ tx, role, emit }) => {
    if (folderId !== null) await findFolder(tx, workspaceId, folderId);
    const created = drafts.map((draft) => ({ ...draft, id: createId() }));
    const target = { workspaceId, folderId, authorId, apiKeyName, reason };
    const rows = await insertDocuments(tx, created, target);
    for (const row of rows) {
      await withinTransaction?.(tx, row);
      emit({ kind: "document.created", subjectId: row.id, subjectName: row.title });
    }
    return rows.map((row, index) => ({ ...row, content: created[index]?.content ?? "", role }));
  });
}

interface InsertTarget {
  workspaceId: string;
  folderId: string | null;
  authorId: string;
  apiKeyName: string | null;
  reason: VersionReason;
}

/** Inserts documents with their logs and first versions, in one statement. */
async function insertDocuments(
  tx: Tx,
  created: readonly (NewDocument & { id: string })[],
  { workspaceId, folderId, authorId, apiKeyName, reason }: InsertTarget,
): Promise<DocumentRow[]> {
  const entries = created.map(({ id, title, content, language = null }) => ({
    id,
    title,
    content,
    language,
    ...buildFirstEntry(content),
    version: buildFirstVersion(content),
  }));
  const toParameter = <T>(read: (entry: (typeof entries)[number]) => T) => sql.param(entries.map(read));
  const inserted = await executePrepared<{ language: Language; createdAt: string }>(
    tx,
    sql`
    with entry as (
      select * from unnest(
        ${toParameter(({ id }) => id)}::uuid[], ${toParameter(({ title }) => title)}::text[], ${toParameter(({ content }) => content)}::text[],
        ${toParameter(({ language }) => language)}::text[], ${toParameter(({ version }) => version.size)}::int[],
        ${toParameter(({ update }) => update)}::bytea[], ${toParameter(({ clientId }) => clientId)}::bigint[],
        ${toParameter(({ version }) => version.body)}::bytea[], ${toParameter(({ version }) => version.base)}::int[],
        ${toParameter(({ version }) => version.hash)}::bytea[]
      ) with ordinality as entry (id, title, content, language, size, update, client_id, body, base, hash, number)
    ), document as (
      insert into documents (id, workspace_id, folder_id, title, content, size, language, search_language,
        history_number, history_version, created_by, updated_by)
      select id, ${workspaceId}::uuid, ${folderId}::uuid, title, content, size, language,
        coalesce(language, (select language from workspaces where id = ${workspaceId}::uuid), 'simple'),
        1, 1, ${authorId}::uuid, ${authorId}::uuid
      from entry order by number
      returning id, search_language, created_at
    ), logged as (
      insert into document_log (document_id, workspace_id, seq, kind, update, author_id, tool)
      select id, ${workspaceId}::uuid, 1, 'update', update, ${authorId}::uuid, ${apiKeyName}::text from entry
    ), new_client as (
      insert into document_clients (document_id, workspace_id, client_id, user_id)
      select id, ${workspaceId}::uuid, client_id, ${authorId}::uuid from entry where content <> ''
    ), versioned as (
      insert into document_versions (document_id, workspace_id, number, document_version, title, body, base, size, hash,
        reason, authors)
      select id, ${workspaceId}::uuid, 1, 1, title, body, base, size, hash, ${reason}::text,
        ${JSON.stringify([{ userId: authorId, tool: apiKeyName }])}::text::jsonb
      from entry
    )
    select search_language as language, created_at as "createdAt"
    from document join entry using (id) order by number`,
  );
  return entries.map(({ id, title, language, version }, index) => {
    const { language: searchLanguage, createdAt } = inserted[index] ?? {};
    if (searchLanguage === undefined || createdAt === undefined) throw new AppError("INTERNAL");
    const at = toIsoTimestamp(createdAt);
    return {
      id,
      workspaceId,
      folderId,
      title,
      position: null,
      size: version.size,
      version: 1,
      contentVersion: 1,
      historyNumber: 1,
      historyVersion: 1,
      language,
      searchLanguage,
      createdBy: authorId,
      updatedBy: authorId,
      createdAt: at,
      updatedAt: at,
      ...restoredColumns,
    };
  });
}

/** Creates documents for callers of this process. */
export interface DocumentCreator {
  /** @throws AppError as `createDocuments`. */
  create(access: CreateAccess, draft: Omit<DocumentCreateInput, "workspaceId">): Promise<Document>;
}

/** Maximum number of documents that are created in one transaction, and of their UTF-16 units. */
const maxCreated = { count: 100, length: 1_000_000 };

/**
 * Creates a creator that groups documents: those that a caller sends while others are being committed to the same folder
 * share the next transaction. Programs that create many documents send several at a time.
 */
export function createDocumentCreator(services: CreatePorts): DocumentCreator {
  const createInBatches = createKeyedBatches<
    { access: CreateAccess; draft: NewDocument; folderId: string | null },
    Document
  >(
    async (items) => {
      const [first] = items;
      if (first === undefined) return [];
      const drafts = items.map(({ draft }) => draft);
      return createDocuments(services, first.access, drafts, { folderId: first.folderId });
    },
    { maxCount: maxCreated.count, maxWeight: maxCreated.length, weigh: ({ draft }) => draft.content.length },
  );
  return {
    create(access, { folderId = null, ...draft }) {
      const { workspaceId, caller } = access;
      const { userId, sessionId, keyId } = caller;
      return createInBatches([workspaceId, folderId, userId, sessionId, keyId].join(" "), {
        access,
        draft,
        folderId,
      });
    },
  };
}
