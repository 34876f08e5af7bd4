import {
  comments,
  documentFavorites,
  documents,
  documentVersions,
  documentVisits,
  workspaceMembers,
  workspaces,
} from "@mdreader/db";
import { and, asc, eq, gt, isNull, sql } from "drizzle-orm";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import { checkWorkspace } from "../../access/resource-checks.ts";
import type { Context } from "../../context.ts";
import { ArchivePaths } from "../../document/transfer/archive-paths.ts";
import { listEntries } from "../../document/transfer/exported-entries.ts";
import type { ArchiveEntry } from "../../document/transfer/zip-stream.ts";
import { readVersionBefore } from "../../document/version/stored-versions.ts";
import { AppError } from "../../errors.ts";
import { readPages, readPagesByKey } from "../../util/read-pages.ts";
import { createJsonEntry, createLinesEntry } from "./exported-lines.ts";

type ExportAccess = WorkspaceAccess<"document.export">;

/**
 * Lists the entries of an archive of an account for each workspace that the user is a member of. Access is checked before
 * each entry; a workspace ends where the user no longer has access.
 * @throws AppError SESSION_ENDED
 */
export async function* listWorkspaceEntries(
  ctx: Context,
  userId: string,
  changedAt: string,
): AsyncGenerator<ArchiveEntry> {
  const paths = new ArchivePaths();
  for await (const { id, name } of listMemberships(ctx, userId)) {
    const access = await findAccess(ctx, id);
    if (access === null) continue;
    // Two workspaces of one name have different folders.
    const folder = paths.folder(`workspaces/${name.replaceAll("/", "-")} (${id.slice(-8)})`);
    for await (const entry of listWorkspaceContents(ctx, access, changedAt)) {
      if ((await findAccess(ctx, id)) === null) break;
      yield { ...entry, path: `${folder}/${entry.path}` };
    }
  }
}

const listMemberships = ({ database: { db } }: Context, userId: string) =>
  readPages((after, limit) =>
    db
      .select({ id: workspaces.id, name: workspaces.name })
      .from(workspaceMembers)
      .innerJoin(
        workspaces,
        and(eq(workspaces.id, workspaceMembers.workspaceId), isNull(workspaces.deletedAt)),
      )
      .where(and(eq(workspaceMembers.userId, userId), gt(workspaces.id, after)))
      .orderBy(asc(workspaces.id))
      .limit(limit),
  );

/** The reasons for which an export leaves a workspace out. */
const withoutAccess = new Set<AppError["reason"]>(["NOT_FOUND", "WORKSPACE_SECOND_FACTOR_REQUIRED"]);

/**
 * @returns Null if the user is no longer a member, or the workspace requires a second factor that they lack.
 * @throws AppError SESSION_ENDED
 */
async function findAccess(ctx: Context, id: string): Promise<ExportAccess | null> {
  try {
    return await checkWorkspace(ctx, "document.export", id).require();
  } catch (error) {
    if (error instanceof AppError && withoutAccess.has(error.reason)) return null;
    throw error;
  }
}

async function* listWorkspaceContents(
  ctx: Context,
  access: ExportAccess,
  changedAt: string,
): AsyncGenerator<ArchiveEntry> {
  for (const entry of createListEntries(ctx, access)) yield { ...entry, changedAt, isCompressed: false };
  const { entries } = await listEntries(ctx, access, null, access.caller.userId);
  for (const entry of entries) yield { ...entry, path: `documents/${entry.path}` };
}

function createListEntries(ctx: Context, access: ExportAccess) {
  const { db } = ctx.database;
  const { workspaceId, caller } = access;
  const { userId } = caller;
  const hasAccess = async () => (await findAccess(ctx, workspaceId)) !== null;
  const isInWorkspace = and(eq(documents.workspaceId, workspaceId), isNull(documents.deletedAt));
  const document = { documentId: documents.id, title: documents.title };
  return [
    createJsonEntry("membership.json", async () => {
      const [membership] = await db
        .select({
          id: workspaces.id,
          name: workspaces.name,
          role: workspaceMembers.role,
          joinedAt: workspaceMembers.createdAt,
        })
        .from(workspaceMembers)
        .innerJoin(workspaces, eq(workspaces.id, workspaceMembers.workspaceId))
        .where(and(eq(workspaceMembers.userId, userId), eq(workspaces.id, workspaceId)));
      return membership ?? null;
    }),
    ...[
      { path: "favorites.jsonl", table: documentFavorites },
      { path: "recent-documents.jsonl", table: documentVisits },
    ].map(({ path, table }) =>
      createLinesEntry(
        path,
        () =>
          readPages((after, limit) =>
            db
              .select({ id: table.id, ...document })
              .from(table)
              .innerJoin(documents, eq(documents.id, table.documentId))
              .where(
                and(
                  eq(table.userId, userId),
                  eq(table.workspaceId, workspaceId),
                  isInWorkspace,
                  gt(table.id, after),
                ),
              )
              .orderBy(asc(table.id))
              .limit(limit),
          ),
        hasAccess,
      ),
    ),
    createLinesEntry(
      "comments.jsonl",
      () =>
        readPages((after, limit) =>
          db
            .select({
              id: comments.id,
              threadId: comments.threadId,
              ...document,
              body: comments.body,
              createdAt: comments.createdAt,
              editedAt: comments.editedAt,
            })
            .from(comments)
            .innerJoin(documents, eq(documents.id, comments.documentId))
            .where(and(eq(comments.authorId, userId), isInWorkspace, gt(comments.id, after)))
            .orderBy(asc(comments.id))
            .limit(limit),
        ),
      hasAccess,
    ),
    createLinesEntry("versions.jsonl", () => readVersions(ctx, access), hasAccess),
  ];
}

/**
 * Yields the saved versions that the user has written to, each with its text. One text is in memory at a time. It reads one document
 * after another, because no index finds versions by their authors.
 */
async function* readVersions(ctx: Context, { workspaceId, caller: { userId } }: ExportAccess) {
  const { db } = ctx.database;
  const inWorkspace = readPages((after, limit) =>
    db
      .select({ id: documents.id })
      .from(documents)
      .where(
        and(eq(documents.workspaceId, workspaceId), isNull(documents.deletedAt), gt(documents.id, after)),
      )
      .orderBy(asc(documents.id))
      .limit(limit),
  );
  for await (const { id } of inWorkspace) yield* readVersionsOfDocument(ctx, id, userId);
}

async function* readVersionsOfDocument(ctx: Context, id: string, userId: string) {
  const { documentId, number, documentVersion, title, label, reason, createdAt } = documentVersions;
  const isAuthor = sql`${documentVersions.authors} @> ${JSON.stringify([{ userId }])}::jsonb`;
  const versions = readPagesByKey(
    0,
    (after, limit) =>
      ctx.database.db
        .select({ documentId, number, documentVersion, title, label, reason, createdAt })
        .from(documentVersions)
        .where(and(eq(documentId, id), gt(number, after), isAuthor))
        .orderBy(asc(number))
        .limit(limit),
    (version) => version.number,
  );
  for await (const version of versions) {
    const found = await readVersionBefore(ctx.database.sql, id, version.documentVersion);
    yield { ...version, content: found?.text ?? null };
  }
}
