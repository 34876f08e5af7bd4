import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";

import { bytea, primaryId, timestamps, timestamp } from "../columns.ts";
import { users } from "./auth.ts";
import { authIdentities } from "./identity.ts";

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
    /** The identity that signed in; null for a password, or after the identity was unlinked. */
    identityId: uuid("identity_id").references(() => authIdentities.id, { onDelete: "set null" }),
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
    index("auth_sessions_provider_idx")
      .on(t.providerSessionId)
      .where(sql`${t.providerSessionId} is not null`),
  ],
);
