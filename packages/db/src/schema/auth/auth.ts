import { type Scope } from "@mdreader/contract";
import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";

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

/**
 * One sign-in on one device, and the family of its refresh tokens. Only the hashes of the newest token and the one
 * before are kept. Older tokens are identified by their generation.
 */
export const authSessions = pgTable(
  "auth_sessions",
  {
    id: primaryId(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Number of refreshes. The newest refresh token carries this number. */
    generation: integer("generation").notNull().default(0),
    tokenHash: bytea("token_hash").notNull(),
    previousTokenHash: bytea("previous_token_hash"),
    rotatedAt: timestamp("rotated_at")
      .notNull()
      .default(sql`now()`),
    userAgent: text("user_agent"),
    ipAddress: text("ip_address"),
    lastUsedAt: timestamp("last_used_at")
      .notNull()
      .default(sql`now()`),
    expiresAt: timestamp("expires_at").notNull(),
    revokedAt: timestamp("revoked_at"),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    index("auth_sessions_user_idx").on(t.userId, t.id),
    index("auth_sessions_expires_idx").on(t.expiresAt),
  ],
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

export const apiKeys = pgTable(
  "api_keys",
  {
    id: primaryId(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    scopes: text("scopes").array().$type<Scope[]>().notNull(),
    secretHash: bytea("secret_hash").notNull(),
    hint: text("hint").notNull(),
    lastUsedAt: timestamp("last_used_at"),
    expiresAt: timestamp("expires_at"),
    revokedAt: timestamp("revoked_at"),
    createdAt: timestamps().createdAt,
  },
  (t) => [uniqueIndex("api_keys_hash_key").on(t.secretHash), index("api_keys_user_idx").on(t.userId, t.id)],
);
