import {
  documents,
  type Executor,
  files,
  fileUploads,
  folders,
  workspaceMembers,
  workspaces,
} from "@mdreader/db";
import { and, eq, getTableColumns, gt, isNotNull, isNull, sql } from "drizzle-orm";

import { selectCaller, type AuthenticatedCredential } from "./caller-query.ts";

/**
 * The subject of a call, as a subquery named "subject" of at most one row. It contains the caller and, as far as they
 * exist, the resource, its workspace and the caller's role there. A deleted workspace counts as missing.
 *
 * The caller and the resource's id are parameters: `credentialParams` and `resourceId`.
 */

/** Whether to look for live resources or for those in the trash. */
export type DeletionState = "live" | "trash";

const {
  content: _content,
  searchVector: _vector,
  searchTitle: _title,
  searchPairs: _pairs,
  ...documentColumns
} = getTableColumns(documents);
const folderColumns = getTableColumns(folders);

/** Placeholder for the resource's id, which each call provides. */
const resourceId = sql.placeholder("resourceId");

const caller = (db: Executor, kind: AuthenticatedCredential["kind"]) => {
  const found = selectCaller(db, kind);
  const { userId, sessionId, keyId, scopes, tool } = found;
  return { found, fields: { userId, sessionId, keyId, scopes, tool } };
};

const workspaceColumns = {
  workspaceName: sql<string>`${workspaces.name}`.as("workspace_name"),
  workspaceLanguage: sql<typeof workspaces.$inferSelect.language>`${workspaces.language}`.as(
    "workspace_language",
  ),
  role: workspaceMembers.role,
};

/** The caller only. */
export function selectAccountSubject(db: Executor, kind: AuthenticatedCredential["kind"]) {
  const { found, fields } = caller(db, kind);
  return db.select(fields).from(found).as("subject");
}

/** A workspace by its id. It is null for non-members, so that no contents are searched for them. */
export function selectWorkspaceSubject(
  db: Executor,
  kind: AuthenticatedCredential["kind"],
  state: DeletionState,
) {
  const { found, fields } = caller(db, kind);
  const inState = state === "live" ? isNull(workspaces.deletedAt) : isNotNull(workspaces.deletedAt);
  return db
    .select({
      ...fields,
      workspaceId: sql<string>`case when ${workspaceMembers.role} is not null then ${workspaces.id} end`.as(
        "scope_workspace_id",
      ),
      ...workspaceColumns,
    })
    .from(found)
    .leftJoin(workspaces, and(eq(workspaces.id, resourceId), inState))
    .leftJoin(workspaceMembers, isMember(found.userId))
    .as("subject");
}

/** A document by its id, with its workspace. */
export function selectDocumentSubject(
  db: Executor,
  kind: AuthenticatedCredential["kind"],
  state: DeletionState,
) {
  const { found, fields } = caller(db, kind);
  const inState = state === "live" ? isNull(documents.deletedAt) : isNotNull(documents.deletedAt);
  return db
    .select({ ...fields, ...workspaceColumns, ...documentColumns })
    .from(found)
    .leftJoin(documents, and(eq(documents.id, resourceId), inState))
    .leftJoin(workspaces, and(eq(workspaces.id, documents.workspaceId), isNull(workspaces.deletedAt)))
    .leftJoin(workspaceMembers, isMember(found.userId))
    .as("subject");
}

/** A folder by its id, with its workspace. */
export function selectFolderSubject(
  db: Executor,
  kind: AuthenticatedCredential["kind"],
  state: DeletionState,
) {
  const { found, fields } = caller(db, kind);
  const inState = state === "live" ? isNull(folders.deletedAt) : isNotNull(folders.deletedAt);
  return db
    .select({ ...fields, ...workspaceColumns, ...folderColumns })
    .from(found)
    .leftJoin(folders, and(eq(folders.id, resourceId), inState))
    .leftJoin(workspaces, and(eq(workspaces.id, folders.workspaceId), isNull(workspaces.deletedAt)))
    .leftJoin(workspaceMembers, isMember(found.userId))
    .as("subject");
}

/** A file by its id, with its workspace. */
export function selectFileSubject(db: Executor, kind: AuthenticatedCredential["kind"], state: DeletionState) {
  const { found, fields } = caller(db, kind);
  const inState = state === "live" ? isNull(files.deletedAt) : isNotNull(files.deletedAt);
  return db
    .select({ ...fields, ...workspaceColumns, ...getTableColumns(files) })
    .from(found)
    .leftJoin(files, and(eq(files.id, resourceId), inState))
    .leftJoin(workspaces, and(eq(workspaces.id, files.workspaceId), isNull(workspaces.deletedAt)))
    .leftJoin(workspaceMembers, isMember(found.userId))
    .as("subject");
}

/** An upload by its id, with its workspace. It must belong to the caller and not be expired. */
export function selectUploadSubject(db: Executor, kind: AuthenticatedCredential["kind"]) {
  const { found, fields } = caller(db, kind);
  return db
    .select({ ...fields, ...workspaceColumns, ...getTableColumns(fileUploads) })
    .from(found)
    .leftJoin(
      fileUploads,
      and(
        eq(fileUploads.id, resourceId),
        eq(fileUploads.uploadedBy, found.userId),
        gt(fileUploads.expiresAt, sql`now()`),
      ),
    )
    .leftJoin(workspaces, and(eq(workspaces.id, fileUploads.workspaceId), isNull(workspaces.deletedAt)))
    .leftJoin(workspaceMembers, isMember(found.userId))
    .as("subject");
}

function isMember(userId: ReturnType<typeof selectCaller>["userId"]) {
  return and(eq(workspaceMembers.workspaceId, workspaces.id), eq(workspaceMembers.userId, userId));
}
