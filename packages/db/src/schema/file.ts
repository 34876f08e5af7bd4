import { sql } from "drizzle-orm";
import { bigint, foreignKey, index, pgTable, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";

import { users } from "./auth.ts";
import { bytea, primaryId, timestamps, timestamp } from "./columns.ts";
import { documents, folders, softDelete } from "./document.ts";
import { workspaces } from "./workspace.ts";

/**
 * Where a file lies: at `path` below a folder (null: the root), as Markdown beside it refers to it. An attachment of a
 * document lies in its document's folder, and goes where that goes.
 */
const pathColumns = () => ({
  workspaceId: uuid("workspace_id")
    .notNull()
    .references(() => workspaces.id, { onDelete: "cascade" }),
  documentId: uuid("document_id"),
  folderId: uuid("folder_id"),
  path: text("path").notNull(),
});

/**
 * A file of a workspace. Its bytes lie in the storage under the workspace and their hash, once for all files of the
 * workspace that have the same. A row is written only when they are there.
 */
export const files = pgTable(
  "files",
  {
    id: primaryId(),
    ...pathColumns(),
    /** How its document refers to it, where it had to make way for another file when that was moved. */
    alias: text("alias"),
    /** What the bytes are, whatever the name says. */
    mediaType: text("media_type").notNull(),
    size: bigint("size", { mode: "number" }).notNull(),
    /** SHA-256 of the bytes. */
    hash: bytea("hash").notNull(),
    uploadedBy: uuid("uploaded_by").references(() => users.id, { onDelete: "set null" }),
    ...timestamps(),
    ...softDelete(),
  },
  (t) => [
    unique("files_id_workspace_key").on(t.id, t.workspaceId),
    foreignKey({
      name: "files_document_fk",
      columns: [t.documentId, t.workspaceId],
      foreignColumns: [documents.id, documents.workspaceId],
    }).onDelete("cascade"),
    foreignKey({
      name: "files_folder_fk",
      columns: [t.folderId, t.workspaceId],
      foreignColumns: [folders.id, folders.workspaceId],
    }).onDelete("cascade"),
    // "Nulls not distinct" is added by the migration, so that the root is one place too.
    uniqueIndex("files_path_key")
      .on(t.workspaceId, t.folderId, t.path)
      .where(sql`${t.deletedAt} is null`),
    index("files_workspace_idx")
      .on(t.workspaceId, t.id)
      .where(sql`${t.deletedAt} is null`),
    // The last name of its path, by which wiki links find it.
    index("files_name_idx")
      .on(t.workspaceId, sql`lower(split_part(${t.path}, '/', -1))`)
      .where(sql`${t.deletedAt} is null`),
    index("files_document_idx").on(t.documentId, t.workspaceId),
    index("files_folder_idx").on(t.folderId, t.workspaceId),
    // With the size, so that what a workspace takes up is counted from the index alone.
    index("files_hash_idx").on(t.workspaceId, t.hash, t.size),
    index("files_trash_idx")
      .on(t.workspaceId, t.deletedAt, t.id)
      .where(sql`${t.deletedAt} is not null`),
    index("files_deleted_with_idx")
      .on(t.deletedWith)
      .where(sql`${t.deletedAt} is not null`),
  ],
);

/** A file that is on its way. What has arrived of it lies in the storage as a draft, under this id; so will the file. */
export const fileUploads = pgTable(
  "file_uploads",
  {
    id: primaryId(),
    ...pathColumns(),
    /** Whether it becomes a file, or is an archive that is unpacked. */
    purpose: text("purpose", { enum: ["file", "import"] }).notNull(),
    /** What becomes of a file that is at its path when it is complete. */
    onConflict: text("on_taken", { enum: ["rename", "replace"] }).notNull(),
    /** Bytes that are announced. */
    size: bigint("size", { mode: "number" }).notNull(),
    /** SHA-256 that was announced, or that was found when all had arrived. */
    hash: bytea("hash"),
    uploadedBy: uuid("uploaded_by")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: timestamps().createdAt,
    expiresAt: timestamp("expires_at").notNull(),
    /** When all bytes had come and were hashed: from then on it can be completed although they are a draft no more. */
    arrivedAt: timestamp("arrived_at"),
    /** Kept until it expires, so that completing it again answers the same. */
    completedAt: timestamp("completed_at"),
    /** Until when one import has the archive for itself, unless it renews that. */
    leasedUntil: timestamp("leased_until"),
    /** Names the import that has it: one whose lease has expired neither renews nor ends another's. */
    leaseToken: uuid("lease_token"),
  },
  (t) => [
    foreignKey({
      name: "file_uploads_document_fk",
      columns: [t.documentId, t.workspaceId],
      foreignColumns: [documents.id, documents.workspaceId],
    }).onDelete("cascade"),
    foreignKey({
      name: "file_uploads_folder_fk",
      columns: [t.folderId, t.workspaceId],
      foreignColumns: [folders.id, folders.workspaceId],
    }).onDelete("cascade"),
    index("file_uploads_workspace_idx").on(t.workspaceId, t.expiresAt),
    index("file_uploads_document_idx").on(t.documentId, t.workspaceId),
    index("file_uploads_folder_idx").on(t.folderId, t.workspaceId),
    index("file_uploads_expiry_idx").on(t.expiresAt),
  ],
);
