import { languages } from "@mdreader/contract";
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  customType,
  foreignKey,
  index,
  integer,
  pgTable,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";

import { users } from "../auth/auth.ts";
import { primaryId, timestamps } from "../columns.ts";
import { softDelete } from "../soft-delete.ts";
import { workspaces } from "../workspace/workspace.ts";
import { folders } from "./folder.ts";

/**
 * Size in KiB of the search index's pending list, where new entries are collected before they are sorted in. Each
 * search reads the whole list. With Postgres's default of 4 MiB, the planner would consider it more expensive than a
 * scan without the index after an import.
 */
const pendingListLimitKb = 512;

const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });

export const documents = pgTable(
  "documents",
  {
    id: primaryId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    folderId: uuid("folder_id"),
    title: text("title").notNull(),
    content: text("content").notNull().default(""),
    /** Bytes of the content in UTF-8. */
    size: integer("size").notNull().default(0),
    /**
     * The number of the newest log entry. The next one is assigned under this row's lock. The version, time and author
     * change with every edit, and are in no index, so that Postgres leaves all indexes alone, including the one on the
     * text. In return, deleting an account reads the rows of all documents once.
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
    /** The language of the search index entry: the document's own, or else its workspace's. */
    searchLanguage: text("search_language", { enum: languages }).notNull().default("english"),
    /**
     * What is found exactly: words with symbols in them, and pairs of adjacent characters of scripts without blanks
     * between words. The application computes them (`document/search/tokens.ts` in the api package).
     */
    searchTokens: text("search_tokens")
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** The words of the title and the text, stemmed. */
    searchVector: tsvector("search_vector").generatedAlwaysAs(
      sql`document_search_vector(search_language, title, content)`,
    ),
    /** The words of the title, stemmed and unchanged. Small enough to be checked for many hits. */
    searchTitle: tsvector("search_title").generatedAlwaysAs(sql`search_title_vector(search_language, title)`),
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
      .on(t.workspaceId, t.folderId, t.title, t.id)
      .where(sql`${t.deletedAt} is null`),
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
    // One index for all search conditions, so that no plan uses an index that covers only some of them. The workspace
    // comes first: the cost of a word depends on this workspace, not on all of them. The workspace is an array, so that
    // no other condition can use it, and no plan scans the workspace's documents one by one.
    index("documents_search_idx")
      .using(
        "gin",
        sql`(array[${t.workspaceId}])`,
        sql`(array[${t.searchLanguage}])`,
        sql`search_costly(${t.searchVector})`,
        sql`search_costly(${t.searchTitle})`,
        t.searchTokens,
        sql`search_costly(${t.title}) gin_trgm_ops`,
        sql`search_costly(${t.title} || E'\\n' || ${t.content}) gin_trgm_ops`,
      )
      .where(sql`${t.deletedAt} is null`)
      .with({ gin_pending_list_limit: pendingListLimitKb }),
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
