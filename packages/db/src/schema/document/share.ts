import { index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";

import { users } from "../auth/auth.ts";
import { bytea, primaryId, timestamps, timestamp } from "../columns.ts";
import { documentKey, documentRef } from "./document.ts";

/**
 * A public link to a document. Only the hash of its token is stored, so that read access to the database does not open
 * it.
 */
export const shareLinks = pgTable(
  "share_links",
  {
    id: primaryId(),
    ...documentRef(),
    tokenHash: bytea("token_hash").notNull(),
    /** The last characters of the link. */
    hint: text("hint").notNull(),
    /** argon2id in PHC string format. Null for a link without a password. */
    passwordHash: text("password_hash"),
    expiresAt: timestamp("expires_at"),
    createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    uniqueIndex("share_links_hash_key").on(t.tokenHash),
    documentKey("share_links_document_fk", t),
    index("share_links_document_idx").on(t.documentId, t.id),
    index("share_links_creator_idx").on(t.createdBy),
  ],
);
