import { languages } from "@mdreader/contract";
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  foreignKey,
  index,
  integer,
  pgTable,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";

import { users } from "../auth/auth.ts";
import { naturalOrder, position, primaryId, timestamps } from "../columns.ts";
import { softDelete } from "../soft-delete.ts";
import { workspaces } from "../workspace/workspace.ts";
import { folders } from "./folder.ts";

export const documents = pgTable(
  "documents",
  {
    id: primaryId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    folderId: uuid("folder_id"),
    title: text("title").notNull(),
    position: position(),
    content: text("content").notNull().default(""),
    /** Bytes of the content in UTF-8. */
    size: integer("size").notNull().default(0),
    /**
     * The number of the newest log entry. The next one is assigned under this row's lock. The version, time and author
     * change with every edit, and are in no index, and neither is the text, so that Postgres leaves all indexes alone. In
     * return, deleting an account reads the rows of all documents once.
     */
    version: integer("version").notNull().default(1),
    /** The version of `content`. During live editing, it lags slightly behind. */
    contentVersion: integer("content_version").notNull().default(1),
    /** The number of the newest saved version. 0 before the first. */
    historyNumber: integer("history_number").notNull().default(0),
    /** The version of the newest saved version. During live editing, it is updated when the edit session ends. */
    historyVersion: integer("history_version").notNull().default(0),
    /** The document's own language, or null if it uses its workspace's. */
    language: text("language", { enum: languages }),
    /** The language that the document is searched in: its own, or else its workspace's. */
    searchLanguage: text("search_language", { enum: languages }).notNull().default("english"),
    createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
    updatedBy: uuid("updated_by").references(() => users.id, { onDelete: "set null" }),
    ...timestamps(),
    ...softDelete(),
  },
  (t) => [
    unique("documents_id_workspace_key").on(t.id, t.workspaceId),
    foreignKey({
      name: "documents_folder_fk",
      columns: [t.folderId, t.workspaceId],
      foreignColumns: [folders.id, folders.workspaceId],
    }),
    index("documents_workspace_idx")
      .on(t.workspaceId, t.id)
      .where(sql`${t.deletedAt} is null`),
    index("documents_folder_idx").on(t.folderId, t.workspaceId),
    index("documents_tree_idx")
      .on(t.workspaceId, t.folderId, naturalOrder(t.title), t.title, t.id)
      .where(sql`${t.deletedAt} is null`),
    index("documents_position_idx")
      .on(t.workspaceId, t.folderId, t.position, t.id)
      .where(sql`${t.deletedAt} is null and ${t.position} is not null`),
    // The name that wiki links use, anywhere in the workspace.
    index("documents_name_idx")
      .on(t.workspaceId, sql`lower(replace(${t.title}, '/', '-'))`)
      .where(sql`${t.deletedAt} is null`),
    index("documents_trash_idx")
      .on(t.workspaceId, t.deletedAt, t.id)
      .where(sql`${t.deletedAt} is not null`),
    // Also covers all documents of a workspace that is deleted, so it includes those in the trash.
    index("documents_language_idx").on(t.workspaceId, t.searchLanguage),
    index("documents_creator_idx").on(t.createdBy),
    index("documents_deleter_idx")
      .on(t.deletedBy)
      .where(sql`${t.deletedBy} is not null`),
    index("documents_deleted_with_idx")
      .on(t.deletedWith)
      .where(sql`${t.deletedAt} is not null`),
  ],
);

/** The columns of a row that belongs to a document. `documentKey` ties them to a document of the row's workspace. */
export const documentRef = () => ({
  documentId: uuid("document_id").notNull(),
  workspaceId: uuid("workspace_id").notNull(),
});

/** The foreign key over the columns of `documentRef`. Deleting the document deletes the row. */
export const documentKey = (
  name: string,
  { documentId, workspaceId }: Record<"documentId" | "workspaceId", AnyPgColumn>,
) =>
  foreignKey({
    name,
    columns: [documentId, workspaceId],
    foreignColumns: [documents.id, documents.workspaceId],
  }).onDelete("cascade");
