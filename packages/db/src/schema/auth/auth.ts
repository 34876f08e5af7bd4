import { sql, type SQL, type SQLWrapper } from "drizzle-orm";
import { boolean, check, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";

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
    /** When the address was verified last; null before, and for accounts verified by a server that did not record it. */
    emailVerifiedAt: timestamp("email_verified_at"),
    /** Set while the account is suspended or deleted. Its credentials are rejected. */
    deactivatedAt: timestamp("deactivated_at"),
    /** Set when the account is deleted. Until the purge, it is hidden and can be restored. */
    deletedAt: timestamp("deleted_at"),
    /** When a deleted account is due to be purged. */
    purgeAt: timestamp("purge_at"),
    /** Whether the user administers the instance. It gives no access to workspaces. */
    isSuperuser: boolean("is_superuser").notNull().default(false),
    /**
     * Whether an API key of a workspace acts as this account. Nobody can sign in to it. It is a member of the key's
     * workspace only, its full name is the key's name, and its address is no email address.
     */
    isServiceAccount: boolean("is_service_account").notNull().default(false),
    lastLoginAt: timestamp("last_login_at"),
    passwordChangedAt: timestamp("password_changed_at"),
    /** Whether the next sign-in must set a new password. */
    passwordChangeRequired: boolean("password_change_required").notNull().default(false),
    ...timestamps(),
  },
  (t) => [
    uniqueIndex("users_email_key").on(t.email),
    uniqueIndex("users_username_key").on(t.username),
    index("users_superuser_idx")
      .on(t.id)
      .where(sql`${t.isSuperuser}`),
    index("users_deactivated_idx")
      .on(t.id)
      .where(sql`${t.deactivatedAt} is not null`),
    index("users_purge_idx")
      .on(t.purgeAt)
      .where(sql`${t.purgeAt} is not null`),
    check(
      "users_deletion_check",
      sql`(${t.deletedAt} is null) = (${t.purgeAt} is null) and (${t.deletedAt} is null or ${t.deactivatedAt} is not null)`,
    ),
    index("users_search_idx").using("gin", sql`${searchableNames(t)} gin_trgm_ops`),
  ],
);

/** The names by which administrators find an account, in lowercase. */
export function searchableNames(t: Record<"email" | "username" | "fullName", SQLWrapper>): SQL<string> {
  return sql`lower((${t.email})::text || ' ' || (${t.username})::text || ' ' || coalesce(${t.fullName}, ''))`;
}

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
