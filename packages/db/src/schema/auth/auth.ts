import { boolean, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";

import { bytea, citext, primaryId, timestamps, timestamp } from "../columns.ts";

export const users = pgTable(
  "users",
  {
    id: primaryId(),
    email: citext("email").notNull(),
    username: citext("username").notNull(),
    fullName: text("full_name"),
    /** argon2id in PHC string format. */
    passwordHash: text("password_hash").notNull(),
    emailVerified: boolean("email_verified").notNull().default(false),
    /** Set while the account is suspended. Its credentials are rejected. */
    deactivatedAt: timestamp("deactivated_at"),
    ...timestamps(),
  },
  (t) => [uniqueIndex("users_email_key").on(t.email), uniqueIndex("users_username_key").on(t.username)],
);

/** Tokens in emailed links, which prove that the recipient controls the address. Stored as hashes, and used once. */
export const emailTokens = pgTable(
  "email_tokens",
  {
    id: primaryId(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    purpose: text("purpose", { enum: ["verifyEmail", "resetPassword"] }).notNull(),
    /** The recipient's address. The token proves nothing about other addresses. */
    email: citext("email").notNull(),
    tokenHash: bytea("token_hash").notNull(),
    expiresAt: timestamp("expires_at").notNull(),
    usedAt: timestamp("used_at"),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    uniqueIndex("email_tokens_hash_key").on(t.tokenHash),
    index("email_tokens_user_idx").on(t.userId, t.purpose),
    index("email_tokens_expires_idx").on(t.expiresAt),
  ],
);
