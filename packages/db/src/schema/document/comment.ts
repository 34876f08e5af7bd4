import { sql } from "drizzle-orm";
import { foreignKey, index, jsonb, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";

import { users } from "../auth/auth.ts";
import { primaryId, timestamps, timestamp } from "../columns.ts";
import { documentKey, documentRef } from "./document.ts";

/** The passage that a thread refers to, and the characters in the document at which it begins and ends. */
export interface StoredAnchor {
  first: { client: number; clock: number };
  last: { client: number; clock: number };
  quote: string;
  /** The text around it at the time. */
  before: string;
  after: string;
}

/** A thread of comments on a passage of a document, or on the whole document. It exists as long as it has comments. */
export const commentThreads = pgTable(
  "comment_threads",
  {
    id: primaryId(),
    ...documentRef(),
    anchor: jsonb("anchor").$type<StoredAnchor>(),
    resolvedAt: timestamp("resolved_at"),
    resolvedBy: uuid("resolved_by").references(() => users.id, { onDelete: "set null" }),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    unique("comment_threads_id_document_key").on(t.id, t.documentId),
    documentKey("comment_threads_document_fk", t),
    index("comment_threads_document_idx").on(t.documentId, t.id),
    index("comment_threads_resolver_idx").on(t.resolvedBy),
  ],
);

export const comments = pgTable(
  "comments",
  {
    id: primaryId(),
    threadId: uuid("thread_id").notNull(),
    documentId: uuid("document_id").notNull(),
    authorId: uuid("author_id").references(() => users.id, { onDelete: "set null" }),
    body: text("body").notNull(),
    /** The members that it mentions. */
    mentions: uuid("mentions")
      .array()
      .notNull()
      .default(sql`'{}'`),
    createdAt: timestamps().createdAt,
    editedAt: timestamp("edited_at"),
  },
  (t) => [
    foreignKey({
      name: "comments_thread_fk",
      columns: [t.threadId, t.documentId],
      foreignColumns: [commentThreads.id, commentThreads.documentId],
    }).onDelete("cascade"),
    index("comments_thread_idx").on(t.threadId, t.id),
    index("comments_author_idx").on(t.authorId),
  ],
);
