import type { VersionReason } from "@mdreader/contract";
import { sql } from "drizzle-orm";
import {
  bigint,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";

import { users } from "./auth.ts";
import { bytea, timestamps, timestamp } from "./columns.ts";
import { documentRef } from "./document-log.ts";
import { documents } from "./document.ts";

/** Someone who wrote, as it is kept: an account that is deleted leaves an id that names nobody. */
export interface AuthorRecord {
  userId: string | null;
  /** What the API key was called that they wrote with. */
  tool: string | null;
}

/** Every state of a document that was saved, numbered without gaps per document, from 1. */
export const documentVersions = pgTable(
  "document_versions",
  {
    ...documentRef(),
    number: integer("number").notNull(),
    /** The document's version that it is of. */
    documentVersion: integer("document_version").notNull(),
    title: text("title").notNull(),
    /** The text as `document/version/delta-compression.ts` in the api packs it. */
    body: bytea("body").notNull(),
    /** The number of the version whose text the body is packed against; null for one that stands by itself. */
    base: integer("base"),
    /** Bytes of the text in UTF-8. */
    size: integer("size").notNull(),
    /** SHA-256 of the text in UTF-8. */
    hash: bytea("hash").notNull(),
    reason: text("reason").$type<VersionReason>().notNull(),
    label: text("label"),
    restoredFrom: integer("restored_from"),
    /** Who wrote since the version before. */
    authors: jsonb("authors").$type<AuthorRecord[]>().notNull(),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.documentId, t.number] }),
    index("document_versions_workspace_idx").on(t.workspaceId, t.createdAt),
    foreignKey({
      name: "document_versions_document_fk",
      columns: [t.documentId, t.workspaceId],
      foreignColumns: [documents.id, documents.workspaceId],
    }).onDelete("cascade"),
  ],
);

/** Documents that people have typed into since their newest version: it becomes one when they have stopped. */
export const documentEditSessions = pgTable(
  "document_edit_sessions",
  {
    ...documentRef(),
    /** When that was seen last. */
    editedAt: timestamp("edited_at")
      .notNull()
      .default(sql`now()`),
  },
  (t) => [
    primaryKey({ columns: [t.documentId] }),
    index("document_edit_sessions_edited_idx").on(t.editedAt),
    index("document_edit_sessions_workspace_idx").on(t.workspaceId),
    foreignKey({
      name: "document_edit_sessions_document_fk",
      columns: [t.documentId, t.workspaceId],
      foreignColumns: [documents.id, documents.workspaceId],
    }).onDelete("cascade"),
  ],
);

/**
 * Who wrote what when, of the log's entries that have been folded away: stretches of characters by one writer within a
 * few minutes, by Yjs' names of them.
 */
export const documentAttributions = pgTable(
  "document_attributions",
  {
    ...documentRef(),
    /** The number of the last entry that it is of. */
    seq: integer("seq").notNull(),
    /** The characters are `clock` to `clock + length - 1` of this client. Null for entries that only removed some. */
    clientId: bigint("client_id", { mode: "number" }),
    clock: integer("clock").notNull(),
    length: integer("length").notNull(),
    authorId: uuid("author_id").references(() => users.id, { onDelete: "set null" }),
    tool: text("tool"),
    writtenAt: timestamp("written_at").notNull(),
  },
  (t) => [
    unique("document_attributions_key").on(t.documentId, t.seq, t.clientId).nullsNotDistinct(),
    foreignKey({
      name: "document_attributions_document_fk",
      columns: [t.documentId, t.workspaceId],
      foreignColumns: [documents.id, documents.workspaceId],
    }).onDelete("cascade"),
  ],
);
