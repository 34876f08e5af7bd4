import { sql } from "drizzle-orm";
import { bigint, foreignKey, index, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";

import { users } from "./auth.ts";
import { bytea, primaryId, stamps, timestamp } from "./columns.ts";
import { documents } from "./document.ts";
import { workspaces } from "./workspace.ts";

/** A file of a workspace. Its bytes lie in the storage under `storageKey`; they exist once `status` is `ready`. */
export const files = pgTable(
  "files",
  {
    id: primaryId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    documentId: uuid("document_id"),
    name: text("name").notNull(),
    mediaType: text("media_type").notNull(),
    size: bigint("size", { mode: "number" }).notNull(),
    /** SHA-256 of the bytes, known once they have arrived. */
    hash: bytea("hash"),
    storageKey: text("storage_key").notNull(),
    status: text("status", { enum: ["pending", "ready"] })
      .notNull()
      .default("pending"),
    uploadedBy: uuid("uploaded_by").references(() => users.id, { onDelete: "set null" }),
    ...stamps(),
    deletedAt: timestamp("deleted_at"),
    deletedBy: uuid("deleted_by").references(() => users.id, { onDelete: "set null" }),
  },
  (t) => [
    unique("files_id_workspace_key").on(t.id, t.workspaceId),
    foreignKey({
      name: "files_document_fk",
      columns: [t.documentId, t.workspaceId],
      foreignColumns: [documents.id, documents.workspaceId],
    }),
    index("files_workspace_idx")
      .on(t.workspaceId, t.id)
      .where(sql`${t.deletedAt} is null`),
    index("files_document_idx").on(t.documentId, t.workspaceId),
    index("files_hash_idx").on(t.workspaceId, t.hash),
  ],
);
