import { index, pgTable, uniqueIndex, uuid } from "drizzle-orm/pg-core";

import { bytea, citext, primaryId, timestamp, timestamps } from "../columns.ts";
import { users } from "./auth.ts";

/** Changes of accounts' addresses that wait for both addresses. The tokens of the emailed links are stored as hashes. */
export const emailChanges = pgTable(
  "email_changes",
  {
    id: primaryId(),
    /** An account has one pending change. */
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The address that was asked to agree. The change is void once the account has another one. */
    currentEmail: citext("current_email").notNull(),
    newEmail: citext("new_email").notNull(),
    /** Of the link to the current address. */
    agreementTokenHash: bytea("agreement_token_hash").notNull(),
    /** Of the link to the new address. */
    proofTokenHash: bytea("proof_token_hash").notNull(),
    agreedAt: timestamp("agreed_at"),
    provenAt: timestamp("proven_at"),
    expiresAt: timestamp("expires_at").notNull(),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    uniqueIndex("email_changes_user_key").on(t.userId),
    uniqueIndex("email_changes_agreement_key").on(t.agreementTokenHash),
    uniqueIndex("email_changes_proof_key").on(t.proofTokenHash),
    index("email_changes_expires_idx").on(t.expiresAt),
  ],
);
