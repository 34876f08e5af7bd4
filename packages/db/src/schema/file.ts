import { sql } from "drizzle-orm";
import { bigint, foreignKey, index, pgTable, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";

import { users } from "./auth/auth.ts";
import { bytea, primaryId, timestamps, timestamp } from "./columns.ts";
import { documentKey } from "./document/document.ts";
import { folders } from "./document/folder.ts";
import { softDelete } from "./soft-delete.ts";
import { workspaces } from "./workspace/workspace.ts";

/**
 * The location of a file: `path` below a folder (null: the root), as Markdown files in the folder refer to it. An
 * attachment is located in its document's folder and moves with it.
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
 * A file of a workspace. Its bytes are stored under the workspace and their hash, once for all files of the workspace
 * with the same bytes. The row is written after the bytes.
 */
export const files = pgTable(
  "files",
  {
    id: primaryId(),
    ...pathColumns(),
    /**
     * The path in its document's text, if the attachment was renamed during a move because another file had its path.
     */
    alias: text("alias"),
    /** Detected from the bytes, not from the name. */
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
    documentKey("files_document_fk", t),
    foreignKey({
      name: "files_folder_fk",
      columns: [t.folderId, t.workspaceId],
      foreignColumns: [folders.id, folders.workspaceId],
    }).onDelete("cascade"),
    // The migration adds "nulls not distinct", so that the root counts as one folder.
    uniqueIndex("files_path_key")
      .on(t.workspaceId, t.folderId, t.path)
      .where(sql`${t.deletedAt} is null`),
    index("files_workspace_idx")
      .on(t.workspaceId, t.id)
      .where(sql`${t.deletedAt} is null`),
    // The last part of the path, by which wiki links find the file.
    index("files_name_idx")
      .on(t.workspaceId, sql`lower(split_part(${t.path}, '/', -1))`)
      .where(sql`${t.deletedAt} is null`),
    index("files_document_idx").on(t.documentId, t.workspaceId),
    index("files_folder_idx").on(t.folderId, t.workspaceId),
    // Includes the size, so that a workspace's storage usage is computed from the index alone.
    index("files_hash_idx").on(t.workspaceId, t.hash, t.size),
    index("files_trash_idx")
      .on(t.workspaceId, t.deletedAt, t.id)
      .where(sql`${t.deletedAt} is not null`),
    index("files_deleted_with_idx")
      .on(t.deletedWith)
      .where(sql`${t.deletedAt} is not null`),
    index("files_uploader_idx").on(t.uploadedBy),
    index("files_deleter_idx")
      .on(t.deletedBy)
      .where(sql`${t.deletedBy} is not null`),
  ],
);

/**
 * A file that is being uploaded. Received bytes are stored as a draft under this ID, which is also the ID of the future
 * file.
 */
export const fileUploads = pgTable(
  "file_uploads",
  {
    id: primaryId(),
    ...pathColumns(),
    /** Whether it becomes a file, or is an archive to be imported. */
    purpose: text("purpose", { enum: ["file", "import"] }).notNull(),
    /** What happens to an existing file at its path on completion. */
    onConflict: text("on_taken", { enum: ["rename", "replace"] }).notNull(),
    /** The announced size in bytes. */
    size: bigint("size", { mode: "number" }).notNull(),
    /** The announced SHA-256, or the one computed from the received bytes. */
    hash: bytea("hash"),
    uploadedBy: uuid("uploaded_by")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: timestamps().createdAt,
    expiresAt: timestamp("expires_at").notNull(),
    /**
     * When all bytes had been received and hashed. From then on, the upload can be completed even though the draft is
     * gone.
     */
    arrivedAt: timestamp("arrived_at"),
    /** Kept until it expires, so that completing it again returns the same result. */
    completedAt: timestamp("completed_at"),
    /** Until when one import has exclusive use of the archive, unless it renews the lease. */
    leasedUntil: timestamp("leased_until"),
    /**
     * Identifies the import that holds the lease. An import whose lease has expired can neither renew nor release
     * another's.
     */
    leaseToken: uuid("lease_token"),
  },
  (t) => [
    documentKey("file_uploads_document_fk", t),
    foreignKey({
      name: "file_uploads_folder_fk",
      columns: [t.folderId, t.workspaceId],
      foreignColumns: [folders.id, folders.workspaceId],
    }).onDelete("cascade"),
    index("file_uploads_workspace_idx").on(t.workspaceId, t.expiresAt),
    index("file_uploads_document_idx").on(t.documentId, t.workspaceId),
    index("file_uploads_folder_idx").on(t.folderId, t.workspaceId),
    index("file_uploads_expiry_idx").on(t.expiresAt),
    index("file_uploads_uploader_idx").on(t.uploadedBy),
  ],
);
