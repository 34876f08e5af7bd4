import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";

import { bytea, primaryId, timestamps, timestamp } from "../columns.ts";
import { users } from "./auth.ts";
import { authIdentities } from "./identity.ts";
import { passkeys } from "./passkey.ts";

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
    /** The identity that signed in; null for other ways, or after the identity was unlinked. */
    identityId: uuid("identity_id").references(() => authIdentities.id, { onDelete: "set null" }),
    /** The passkey that signed in; null for other ways, or after it was removed. */
    passkeyId: uuid("passkey_id").references(() => passkeys.id, { onDelete: "set null" }),
    /** The provider's ID of its own session (`sid`), with which it announces a sign-out. */
    providerSessionId: text("provider_session_id"),
    /**
     * When the person proved who they are. Earlier than the session if another session approved it, as for a device.
     */
    authenticatedAt: timestamp("authenticated_at")
      .notNull()
      .default(sql`now()`),
    /** Whether the person must set up a second factor before anything else. */
    needsSecondFactor: boolean("needs_second_factor").notNull().default(false),
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
    index("auth_sessions_identity_idx")
      .on(t.identityId)
      .where(sql`${t.identityId} is not null`),
    index("auth_sessions_passkey_idx")
      .on(t.passkeyId)
      .where(sql`${t.passkeyId} is not null`),
    index("auth_sessions_provider_idx")
      .on(t.providerSessionId)
      .where(sql`${t.providerSessionId} is not null`),
  ],
);

/**
 * Challenges that passkeys are to sign, until they are used or expire. Stored as hashes. They belong to the session that
 * asked, if any.
 */
export const passkeyChallenges = pgTable(
  "passkey_challenges",
  {
    id: primaryId(),
    challengeHash: bytea("challenge_hash").notNull(),
    purpose: text("purpose", { enum: ["creation", "login", "secondFactor", "confirmation"] }).notNull(),
    /** The account; null for a sign-in, in which the passkey says whose it is. */
    userId: uuid("user_id").references(() => users.id, { onDelete: "cascade" }),
    /** The session that asked; null before there is one. */
    sessionId: uuid("session_id").references(() => authSessions.id, { onDelete: "cascade" }),
    expiresAt: timestamp("expires_at").notNull(),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    uniqueIndex("passkey_challenges_hash_key").on(t.challengeHash),
    index("passkey_challenges_user_idx").on(t.userId, t.id),
    index("passkey_challenges_session_idx").on(t.sessionId),
    index("passkey_challenges_expires_idx").on(t.expiresAt),
  ],
);
