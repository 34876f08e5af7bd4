import { index, pgTable, uniqueIndex } from "drizzle-orm/pg-core";

import { bytea, primaryId, timestamp, timestamps } from "../../columns.ts";

/**
 * Tokens of the links with which a new server's first administrator signs up. Stored as hashes. Once there is a
 * superuser, none is valid.
 */
export const setupTokens = pgTable(
  "setup_tokens",
  {
    id: primaryId(),
    tokenHash: bytea("token_hash").notNull(),
    expiresAt: timestamp("expires_at").notNull(),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    uniqueIndex("setup_tokens_hash_key").on(t.tokenHash),
    index("setup_tokens_expires_idx").on(t.expiresAt),
  ],
);
