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
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";

import { users } from "./auth.ts";
import { primaryId, timestamps, timestamp } from "./columns.ts";
import { workspaces } from "./workspace.ts";

/**
 * KiB of new entries that the search index sets aside, to sort them in together. Each search reads all of them: with
 * Postgres' 4 MiB, after an import, they would seem dearer to the planner than going without the index.
 */
const pendingListLimitKb = 512;

const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });

/**
 * What a thing in the trash remembers. `deletedWith` is the folder whose deletion took it along, or its own id when it
 * was deleted itself: restoring that brings back exactly what went with it.
 */
export const softDelete = () => ({
  deletedAt: timestamp("deleted_at"),
  deletedBy: uuid("deleted_by").references(() => users.id, { onDelete: "set null" }),
  deletedWith: uuid("deleted_with"),
});

export const folders = pgTable(
  "folders",
  {
    id: primaryId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    parentId: uuid("parent_id"),
    name: text("name").notNull(),
    createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
    ...timestamps(),
    ...softDelete(),
  },
  (t) => [
    unique("folders_id_workspace_key").on(t.id, t.workspaceId),
    foreignKey({
      name: "folders_parent_fk",
      columns: [t.parentId, t.workspaceId],
      foreignColumns: [t.id, t.workspaceId] as [AnyPgColumn, AnyPgColumn],
    }),
    // "Nulls not distinct" is added by the migration, so that the root is one place too.
    uniqueIndex("folders_name_key")
      .on(t.workspaceId, t.parentId, t.name)
      .where(sql`${t.deletedAt} is null`),
    index("folders_parent_idx").on(t.parentId, t.workspaceId),
    index("folders_workspace_idx")
      .on(t.workspaceId, t.id)
      .where(sql`${t.deletedAt} is null`),
    index("folders_trash_idx")
      .on(t.workspaceId, t.deletedAt, t.id)
      .where(sql`${t.deletedAt} is not null`),
  ],
);

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
     * The number of the newest entry in its log; the next is taken under this row's lock. It, the time and the author
     * change with every edit, and so stand in no index: Postgres then leaves all indexes alone, among them that of the
     * whole text.
     */
    version: integer("version").notNull().default(1),
    /** The version that `content` is of: with live edits, it follows a little later. */
    contentVersion: integer("content_version").notNull().default(1),
    /** The number of its newest saved version, 0 before the first. */
    historyNumber: integer("history_number").notNull().default(0),
    /** The version that the newest saved one is of: with live edits, it follows when people have stopped typing. */
    historyVersion: integer("history_version").notNull().default(0),
    /** Its own language, or null where it takes its workspace's. */
    language: text("language", { enum: languages }),
    /** The language that it is indexed in: its own, else its workspace's. */
    searchLanguage: text("search_language", { enum: languages }).notNull().default("english"),
    /** Pairs of neighbouring Chinese, Japanese and Korean characters: no word boundaries tell what to index. */
    searchPairs: text("search_pairs")
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** The words of the title and the text, stemmed. */
    searchVector: tsvector("search_vector").generatedAlwaysAs(
      sql`document_search_vector(search_language, title, content)`,
    ),
    /** The words of the title alone. Small enough to be looked at for each of many thousand hits. */
    searchTitle: tsvector("search_title").generatedAlwaysAs(
      sql`document_search_vector(search_language, title, '')`,
    ),
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
    // What wiki links call it, anywhere in the workspace.
    index("documents_name_idx")
      .on(t.workspaceId, sql`lower(replace(${t.title}, '/', '-'))`)
      .where(sql`${t.deletedAt} is null`),
    index("documents_trash_idx")
      .on(t.workspaceId, t.deletedAt, t.id)
      .where(sql`${t.deletedAt} is not null`),
    index("documents_language_idx")
      .on(t.workspaceId, t.searchLanguage)
      .where(sql`${t.deletedAt} is null`),
    // One index for all that is searched for, so that no plan takes one for less than all conditions. The workspace comes
    // first: a word costs what it costs there, not in all workspaces. As an array it can be looked up nowhere else, and
    // no plan goes through the workspace's documents one by one.
    index("documents_search_idx")
      .using(
        "gin",
        sql`(array[${t.workspaceId}])`,
        sql`(array[${t.searchLanguage}])`,
        sql`search_costly(${t.searchVector})`,
        t.searchPairs,
        sql`search_costly(${t.title}) gin_trgm_ops`,
        sql`search_costly(${t.title} || E'\\n' || ${t.content}) gin_trgm_ops`,
      )
      .where(sql`${t.deletedAt} is null`)
      .with({ gin_pending_list_limit: pendingListLimitKb }),
  ],
);
