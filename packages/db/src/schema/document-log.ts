import type { CommentEvent } from "@mdreader/contract";
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
  uuid,
} from "drizzle-orm/pg-core";

import { users } from "./auth.ts";
import { bytea, timestamps, timestamp } from "./columns.ts";
import { documents } from "./document.ts";

/** Ties a table's rows to a document of their workspace, and lets them go with it. */
export const documentRef = () => ({
  documentId: uuid("document_id").notNull(),
  workspaceId: uuid("workspace_id").notNull(),
});

/** What a log entry is: an edit of the text, a change of what is around it (title, folder, deletion), or of a comment. */
export const logKinds = ["update", "meta", "comment"] as const;

/** A change of a comment as the log tells it; `commentId` is null where the thread as a whole is meant. */
export interface LoggedComment {
  event: CommentEvent;
  threadId: string;
  commentId: string | null;
}

/**
 * Everything that has happened to a document, as an append-only log. Entries up to the snapshot's number may be gone:
 * it stands for them.
 */
export const documentLog = pgTable(
  "document_log",
  {
    ...documentRef(),
    /** Without gaps per document, from 1. */
    seq: integer("seq").notNull(),
    kind: text("kind", { enum: logKinds }).notNull(),
    /** A Yjs update in the V1 encoding, where the kind is "update". */
    update: bytea("update"),
    /** What is around the text from here on, where the kind is "meta". */
    meta: jsonb("meta").$type<{ title: string; folderId: string | null; deleted: boolean }>(),
    /** What happened to which comment, where the kind is "comment". */
    comment: jsonb("comment").$type<LoggedComment>(),
    authorId: uuid("author_id").references(() => users.id, { onDelete: "set null" }),
    /** What the API key was called that the author wrote with. */
    tool: text("tool"),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.documentId, t.seq] }),
    foreignKey({
      name: "document_log_document_fk",
      columns: [t.documentId, t.workspaceId],
      foreignColumns: [documents.id, documents.workspaceId],
    }).onDelete("cascade"),
  ],
);

/**
 * The log of a document up to a number, folded into one state. The last few are kept, with the log since the oldest of
 * them, so that the text of a version that was read a while ago can still be made.
 */
export const documentSnapshots = pgTable(
  "document_snapshots",
  {
    ...documentRef(),
    seq: integer("seq").notNull(),
    /** The whole document as one Yjs update in the V1 encoding. */
    state: bytea("state").notNull(),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.documentId, t.seq] }),
    foreignKey({
      name: "document_snapshots_document_fk",
      columns: [t.documentId, t.workspaceId],
      foreignColumns: [documents.id, documents.workspaceId],
    }).onDelete("cascade"),
  ],
);

/** Whose a Yjs client id is in a document: the first to use it. Kept as long as the document, since its text is. */
export const documentClients = pgTable(
  "document_clients",
  {
    ...documentRef(),
    clientId: bigint("client_id", { mode: "number" }).notNull(),
    /** Null once the account is deleted: then it is nobody's any more. */
    userId: uuid("user_id").references(() => users.id, { onDelete: "set null" }),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.documentId, t.clientId] }),
    foreignKey({
      name: "document_clients_document_fk",
      columns: [t.documentId, t.workspaceId],
      foreignColumns: [documents.id, documents.workspaceId],
    }).onDelete("cascade"),
  ],
);

/** The few documents whose text lags behind their log, each from when it was first noted. */
export const staleDocuments = pgTable(
  "stale_documents",
  {
    ...documentRef(),
    since: timestamp("since")
      .notNull()
      .default(sql`now()`),
  },
  (t) => [
    primaryKey({ columns: [t.documentId] }),
    index("stale_documents_workspace_idx").on(t.workspaceId),
    index("stale_documents_since_idx").on(t.since),
    foreignKey({
      name: "stale_documents_document_fk",
      columns: [t.documentId, t.workspaceId],
      foreignColumns: [documents.id, documents.workspaceId],
    }).onDelete("cascade"),
  ],
);

/** What a write was answered under its idempotency key: asked again, it is answered the same and not done again. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    ...documentRef(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    key: text("key").notNull(),
    answer: jsonb("answer").notNull(),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.documentId, t.userId, t.key] }),
    index("idempotency_keys_created_idx").on(t.createdAt),
    foreignKey({
      name: "idempotency_keys_document_fk",
      columns: [t.documentId, t.workspaceId],
      foreignColumns: [documents.id, documents.workspaceId],
    }).onDelete("cascade"),
  ],
);
