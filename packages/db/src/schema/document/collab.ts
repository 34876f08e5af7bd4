import type { CommentEvent } from "@mdreader/contract";
import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";

import { users } from "../auth/auth.ts";
import { bytea, timestamps, timestamp } from "../columns.ts";
import { documentKey, documentRef } from "./document.ts";

/**
 * Kinds of log entries: an edit of the text, a change of metadata (title, folder, deletion), or a change of a comment.
 */
export const logKinds = ["update", "meta", "comment"] as const;

/** A change of a comment in the log. `commentId` is null if the change concerns the whole thread. */
export interface LoggedComment {
  event: CommentEvent;
  threadId: string;
  commentId: string | null;
}

/**
 * The append-only log of everything that happened to a document. Entries up to the snapshot's number may be folded into
 * the snapshot.
 */
export const documentLog = pgTable(
  "document_log",
  {
    ...documentRef(),
    /** Without gaps per document, from 1. */
    seq: integer("seq").notNull(),
    kind: text("kind", { enum: logKinds }).notNull(),
    /** A Yjs update in the V1 encoding, if the kind is "update". */
    update: bytea("update"),
    /** The document's metadata from this entry on, if the kind is "meta". */
    meta: jsonb("meta").$type<{ title: string; folderId: string | null; deleted: boolean }>(),
    /** The change of a comment, if the kind is "comment". */
    comment: jsonb("comment").$type<LoggedComment>(),
    authorId: uuid("author_id").references(() => users.id, { onDelete: "set null" }),
    /** The name of the API key that the author used. */
    tool: text("tool"),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.documentId, t.seq] }),
    index("document_log_author_idx").on(t.authorId),
    documentKey("document_log_document_fk", t),
  ],
);

/**
 * The log of a document up to a number, folded into one state. The last few snapshots are kept, with the log since the
 * oldest of them, so that recent versions of the text can be reconstructed.
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
  (t) => [primaryKey({ columns: [t.documentId, t.seq] }), documentKey("document_snapshots_document_fk", t)],
);

/** The owner of each Yjs client ID in a document: the first user who used it. Kept as long as the document. */
export const documentClients = pgTable(
  "document_clients",
  {
    ...documentRef(),
    clientId: bigint("client_id", { mode: "number" }).notNull(),
    /** Null once the account is deleted. */
    userId: uuid("user_id").references(() => users.id, { onDelete: "set null" }),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.documentId, t.clientId] }),
    index("document_clients_user_idx").on(t.userId),
    documentKey("document_clients_document_fk", t),
  ],
);

/** The few documents whose text column lags behind their log, with the time at which the lag was first recorded. */
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
    documentKey("stale_documents_document_fk", t),
  ],
);

/**
 * The responses to writes of texts with idempotency keys. A repeated write returns the same one and has no further effect.
 * Other calls have `idempotent_calls`.
 */
export const writeResponses = pgTable(
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
    index("idempotency_keys_user_idx").on(t.userId),
    documentKey("idempotency_keys_document_fk", t),
  ],
);
