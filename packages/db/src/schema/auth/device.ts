import { index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";

import { bytea, primaryId, timestamp, timestamps } from "../columns.ts";
import { authSessions } from "./session.ts";

/** Sign-ins of devices that wait for a person's approval in a browser (RFC 8628). Both codes are stored as hashes. */
export const deviceAuthorizations = pgTable(
  "device_authorizations",
  {
    id: primaryId(),
    deviceCodeHash: bytea("device_code_hash").notNull(),
    /** Keyed, because a short code could be found from a plain hash. */
    userCodeHash: bytea("user_code_hash").notNull(),
    /** The name that the program gave itself. */
    clientName: text("client_name").notNull(),
    userAgent: text("user_agent"),
    ipAddress: text("ip_address").notNull(),
    /** Null until somebody decides. */
    decision: text("decision", { enum: ["approved", "denied"] }),
    /** The session that approved. The approval is void once it ends. */
    sessionId: uuid("session_id").references(() => authSessions.id, { onDelete: "cascade" }),
    /** Seconds that the device must wait between two polls. */
    intervalSeconds: integer("interval_seconds").notNull(),
    lastPolledAt: timestamp("last_polled_at"),
    expiresAt: timestamp("expires_at").notNull(),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    uniqueIndex("device_authorizations_device_code_key").on(t.deviceCodeHash),
    uniqueIndex("device_authorizations_user_code_key").on(t.userCodeHash),
    index("device_authorizations_session_idx").on(t.sessionId),
    index("device_authorizations_expires_idx").on(t.expiresAt),
  ],
);
