import { sql } from "drizzle-orm";
import { index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";

import { users } from "./auth/auth.ts";
import { authSessions } from "./auth/session.ts";
import { primaryId, timestamp } from "./columns.ts";
import { documentKey, documentRef } from "./document/document.ts";

const now = sql`now()`;

/** One connection of a user, from opening the socket to its end. */
export const userSessions = pgTable(
  "user_sessions",
  {
    id: primaryId(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    authSessionId: uuid("auth_session_id").references(() => authSessions.id, { onDelete: "cascade" }),
    /** The server process that holds the socket. Rows left by a crashed process are identified by it. */
    nodeId: uuid("node_id").notNull(),
    userAgent: text("user_agent"),
    ipAddress: text("ip_address"),
    connectedAt: timestamp("connected_at").notNull().default(now),
    lastSeenAt: timestamp("last_seen_at").notNull().default(now),
    disconnectedAt: timestamp("disconnected_at"),
  },
  (t) => [
    index("user_sessions_user_idx").on(t.userId, t.id),
    index("user_sessions_auth_idx").on(t.authSessionId),
    index("user_sessions_open_idx")
      .on(t.lastSeenAt)
      .where(sql`${t.disconnectedAt} is null`),
  ],
);

/** The people who are or were in a document, and their connections. Cursors are not stored. */
export const documentPresence = pgTable(
  "document_presence",
  {
    userSessionId: uuid("user_session_id")
      .notNull()
      .references(() => userSessions.id, { onDelete: "cascade" }),
    ...documentRef(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    status: text("status", { enum: ["viewing", "typing", "idle"] })
      .notNull()
      .default("viewing"),
    joinedAt: timestamp("joined_at").notNull().default(now),
    lastSeenAt: timestamp("last_seen_at").notNull().default(now),
    leftAt: timestamp("left_at"),
  },
  (t) => [
    primaryKey({ columns: [t.userSessionId, t.documentId] }),
    documentKey("document_presence_document_fk", t),
    index("document_presence_document_idx").on(t.documentId, t.lastSeenAt),
    index("document_presence_user_idx").on(t.userId, t.lastSeenAt),
  ],
);
