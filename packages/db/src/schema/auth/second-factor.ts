import { index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";

import { bytea, primaryId, timestamp, timestamps } from "../columns.ts";
import { users } from "./auth.ts";

/** The authenticator apps with whose codes people sign in, in addition to their password. */
export const secondFactors = pgTable("second_factors", {
  userId: uuid("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  /** Encrypted with a key that is derived from the root secret. */
  secret: text("secret").notNull(),
  /** The time step of the newest code that was used. Its code and earlier ones are refused. */
  lastUsedStep: integer("last_used_step").notNull(),
  createdAt: timestamps().createdAt,
});

/** Codes that replace one of the authenticator app, once. Stored as hashes. */
export const recoveryCodes = pgTable(
  "recovery_codes",
  {
    id: primaryId(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    codeHash: bytea("code_hash").notNull(),
    usedAt: timestamp("used_at"),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    uniqueIndex("recovery_codes_hash_key").on(t.codeHash),
    index("recovery_codes_user_idx").on(t.userId),
  ],
);
