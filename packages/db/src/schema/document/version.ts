import type { VersionReason } from "@mdreader/contract";
import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";

import { users } from "../auth/auth.ts";
import { bytea, timestamps, timestamp } from "../columns.ts";
import { documentKey, documentRef } from "./document.ts";

/** A stored author. The ID remains after the account is deleted, but names nobody. */
export interface AuthorRecord {
  userId: string | null;
  /** The name of the API key that was used. */
  tool: string | null;
}

/** The saved versions of documents, numbered without gaps per document, from 1. */
export const documentVersions = pgTable(
  "document_versions",
  {
    ...documentRef(),
    number: integer("number").notNull(),
    /** The document's version at which it was saved. */
    documentVersion: integer("document_version").notNull(),
    title: text("title").notNull(),
    /** The text, compressed by `document/version/delta-compression.ts` in the api package. */
    body: bytea("body").notNull(),
    /** The number of the version whose text is the base of the compression. Null without a base. */
    base: integer("base"),
    /** Bytes of the text in UTF-8. */
    size: integer("size").notNull(),
    /** SHA-256 of the text in UTF-8. */
    hash: bytea("hash").notNull(),
    reason: text("reason").$type<VersionReason>().notNull(),
    label: text("label"),
    restoredFrom: integer("restored_from"),
    /** Authors since the previous saved version. */
    authors: jsonb("authors").$type<AuthorRecord[]>().notNull(),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.documentId, t.number] }),
    index("document_versions_workspace_idx").on(t.workspaceId, t.createdAt),
    documentKey("document_versions_document_fk", t),
  ],
);

/**
 * Documents that were edited live since their newest saved version. A new version is saved when the edit session ends.
 */
export const documentEditSessions = pgTable(
  "document_edit_sessions",
  {
    ...documentRef(),
    /** The time of the last edit. */
    editedAt: timestamp("edited_at")
      .notNull()
      .default(sql`now()`),
  },
  (t) => [
    primaryKey({ columns: [t.documentId] }),
    index("document_edit_sessions_edited_idx").on(t.editedAt),
    index("document_edit_sessions_workspace_idx").on(t.workspaceId),
    documentKey("document_edit_sessions_document_fk", t),
  ],
);

/**
 * Authorship of log entries that have been folded: stretches of characters by one writer within a few minutes,
 * identified by their Yjs IDs.
 */
export const documentAttributions = pgTable(
  "document_attributions",
  {
    ...documentRef(),
    /** The number of the last log entry that it covers. */
    seq: integer("seq").notNull(),
    /** The characters are `clock` to `clock + length - 1` of this client. Null for entries that only deleted text. */
    clientId: bigint("client_id", { mode: "number" }),
    clock: integer("clock").notNull(),
    length: integer("length").notNull(),
    authorId: uuid("author_id").references(() => users.id, { onDelete: "set null" }),
    tool: text("tool"),
    writtenAt: timestamp("written_at").notNull(),
  },
  (t) => [
    unique("document_attributions_key").on(t.documentId, t.seq, t.clientId).nullsNotDistinct(),
    index("document_attributions_author_idx").on(t.authorId),
    documentKey("document_attributions_document_fk", t),
  ],
);
