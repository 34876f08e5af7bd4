import type {
  MovedLinkCount,
  MovedLinkCountInput,
  MovedLinksUpdated,
  MovedLinkUpdateInput,
  Reason,
} from "@mdreader/contract";
import { documents, writeResponses, type Executor } from "@mdreader/db";
import { applyEdits, type Destination, linkPath, rewriteLinks } from "@mdreader/markdown";
import { and, desc, eq, inArray, isNull, lt, notExists, type SQL, sql } from "drizzle-orm";
import { union } from "drizzle-orm/pg-core";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { resolveFiles } from "../../file/resolve.ts";
import { idCursor } from "../../util/pagination.ts";
import { mergeText } from "../collab/write/merge-text.ts";
import { readFolderPaths, selectDescendants } from "../folder/paths.ts";
import { readLiveText } from "../read-live-text.ts";
import { readStoredText } from "../read-text.ts";
import { findMovedItem, isSamePath, type MovedItem } from "./moved-item.ts";
import { resolveLinks } from "./resolve-links.ts";
import { findRetargets } from "./retarget.ts";
import { containsLinks, toLinkForms, toWikiLinkForms } from "./search-links.ts";
import { visitPage } from "./visit-page.ts";

type MovedLinksPorts = Pick<
  Services,
  "database" | "bus" | "documents" | "linkReader" | "searchIndex" | "sequencePoller" | "textWorkers"
>;

/** Counts the links that a rename or a move has broken. @throws AppError NOT_FOUND, BAD_CURSOR. */
export async function countMovedLinks(
  services: MovedLinksPorts,
  access: WorkspaceAccess<"document.read">,
  input: MovedLinkCountInput,
): Promise<MovedLinkCount> {
  const { database, textWorkers } = services;
  const { skipped: _, ...sums } = await visitLinkingDocuments(
    services,
    access.workspaceId,
    input,
    undefined,
    async ({ id }, retarget) => {
      const contents = await textWorkers.readMarkdown(
        access.caller.userId,
        await readStoredText(database.db, id),
      );
      return rewriteLinks(contents, retarget).length;
    },
  );
  return sums;
}

/** Errors for which a document is skipped while the others are updated. */
const skipReasons = new Set<Reason>([
  "NOT_FOUND",
  "DOCUMENT_DAMAGED",
  "DOCUMENT_TOO_LARGE",
  "UNAVAILABLE",
  "RATE_LIMITED",
]);
const isSkippable = (error: unknown) => error instanceof AppError && skipReasons.has(error.reason);

/**
 * Updates the links that a rename or a move has broken: one edit per document, merged with concurrent edits.
 *
 * @throws AppError NOT_FOUND, BAD_CURSOR.
 */
export async function updateMovedLinks(
  services: MovedLinksPorts,
  { workspaceId, caller }: WorkspaceAccess<"document.updateLinks">,
  { idempotencyKey: key, ...input }: MovedLinkUpdateInput,
): Promise<MovedLinksUpdated> {
  const isNotUpdated =
    key === undefined
      ? undefined
      : notExists(
          services.database.db
            .select({ one: sql`1` })
            .from(writeResponses)
            .where(
              and(
                eq(writeResponses.documentId, documents.id),
                eq(writeResponses.userId, caller.userId),
                eq(writeResponses.key, key),
              ),
            ),
        );
  return visitLinkingDocuments(services, workspaceId, input, isNotUpdated, async (document, retarget) => {
    const { text, version } = await services.documents.read(document.id, readLiveText);
    const edits = rewriteLinks(await services.textWorkers.readMarkdown(caller.userId, text), retarget);
    if (edits.length === 0) return 0;
    const saved = { text: applyEdits(text, edits), base: version, key, reason: "saved" } as const;
    await mergeText(services, { document, caller }, saved);
    return edits.length;
  });
}

type LinkingRow = Pick<typeof documents.$inferSelect, "id" | "workspaceId" | "title" | "folderId">;
type Retarget = (destination: Destination) => string | null;

/**
 * Visits a page of the documents with links to update. The index finds those that contain the old name; the moved
 * item is read as well.
 *
 * @param visit Returns the number of links to update in a document.
 */
async function visitLinkingDocuments(
  services: MovedLinksPorts,
  workspaceId: string,
  input: MovedLinkCountInput,
  condition: SQL | undefined,
  visit: (document: LinkingRow, retarget: Retarget) => Promise<number>,
): Promise<MovedLinksUpdated> {
  const { database, documents: store } = services;
  const { db } = database;
  const { cursor, limit, onlyBroken } = input;
  const after = idCursor.decode(cursor);
  const moved = await findMovedItem(db, workspaceId, input);
  const counts = { documents: 0, links: 0, skipped: 0 };
  if (isSamePath(moved.from, moved.to)) return { ...counts, nextCursor: null };
  // Recent live edits are not in the texts yet.
  await store.flush(await store.listStale(workspaceId));
  const isInMovedItem = await createMovedItemCondition(db, moved);
  const rows = await db
    .select({
      id: documents.id,
      workspaceId: documents.workspaceId,
      title: documents.title,
      folderId: documents.folderId,
      version: documents.contentVersion,
      size: documents.size,
    })
    .from(documents)
    .where(
      and(
        eq(documents.workspaceId, workspaceId),
        isNull(documents.deletedAt),
        inArray(documents.id, selectLinkingDocuments(db, workspaceId, moved, isInMovedItem)),
        after === null ? undefined : lt(documents.id, after),
        condition,
      ),
    )
    .orderBy(desc(documents.id))
    .limit(limit + 1);

  const getFolderPath = await readFolderPaths(
    db,
    rows.map(({ folderId }) => folderId),
  );
  const nextCursor = await visitPage(
    services,
    rows,
    limit,
    async ({ version: _version, size, ...document }, currentLinks) => {
      const linking = { ...document, folders: getFolderPath(document.folderId) };
      const targets = currentLinks.map(({ target }) => target);
      const found = await findRetargets(db, moved, linking, targets);
      const retargets = onlyBroken ? await selectBroken(services, linking, found) : found;
      if (retargets.size === 0) return 0;
      const retarget = (destination: Destination) => retargets.get(linkPath(destination) ?? "") ?? null;
      const links = await visit(document, retarget).catch((error: unknown) => {
        if (!isSkippable(error)) throw error;
        counts.skipped += 1;
        return 0;
      });
      if (links > 0) counts.documents += 1;
      counts.links += links;
      return size;
    },
  );
  return { ...counts, nextCursor };
}

/** Selects the new targets of links that lead nowhere now. */
async function selectBroken(
  services: Pick<Services, "database" | "searchIndex">,
  document: LinkingRow,
  retargets: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const links = [...retargets.keys()];
  const toDocuments = await resolveLinks(services, document, links);
  const toFiles = await resolveFiles(services.database.db, document, links);
  return new Map([...retargets].filter(([link]) => !toDocuments.has(link) && !toFiles.has(link)));
}

/** Each half has its own index, which a combined condition would not use. */
function selectLinkingDocuments(db: Executor, workspaceId: string, moved: MovedItem, inside: SQL) {
  const selectIds = () => db.select({ id: documents.id }).from(documents);
  const isActive = isNull(documents.deletedAt);
  const isInWorkspace = eq(documents.workspaceId, workspaceId);
  return union(
    selectIds().where(and(isInWorkspace, isActive, containsPreviousName(db, workspaceId, moved))),
    selectIds().where(and(isInWorkspace, isActive, inside)),
  );
}

/** Matches the documents inside the moved folder, or the moved document. */
async function createMovedItemCondition(db: Executor, { kind, id }: MovedItem): Promise<SQL> {
  if (kind === "document") return eq(documents.id, id);
  const rows = await db.execute<{ id: string }>(selectDescendants(id));
  return inArray(
    documents.folderId,
    rows.map((folder) => folder.id),
  );
}

/** Links to the old path contain its name. */
function containsPreviousName(db: Executor, workspaceId: string, { kind, from }: MovedItem): SQL | undefined {
  const name = from.at(-1) ?? "";
  const forms = kind === "document" ? [toLinkForms(name), toWikiLinkForms(name)] : [toLinkForms(name)];
  return containsLinks(db, workspaceId, forms);
}
