import { auditActions } from "@mdreader/contract";
import { sql } from "drizzle-orm";
import { index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";

import { primaryId, timestamp } from "../../columns.ts";

/**
 * Acts and their actors, written in the transaction of the change. Entries refer to nothing, so that deleting a user, a
 * workspace or a document changes none of them. They carry the names of that time.
 */
export const auditEntries = pgTable(
  "audit_entries",
  {
    id: primaryId(),
    action: text("action", { enum: auditActions }).notNull(),
    /** Null for an act at the server's shell, and for a failed sign-in. */
    actorId: uuid("actor_id"),
    actorName: text("actor_name"),
    /** The API key with which the actor acted. */
    actorKeyId: uuid("actor_key_id"),
    targetId: uuid("target_id"),
    targetName: text("target_name"),
    workspaceId: uuid("workspace_id"),
    /** The client's address. It is erased earlier than the entry. */
    ipAddress: text("ip_address"),
    details: jsonb("details").$type<Record<string, string | number | boolean | null>>(),
    at: timestamp("at")
      .notNull()
      .default(sql`now()`),
  },
  (t) => [
    index("audit_entries_action_idx").on(t.action, t.id),
    index("audit_entries_actor_idx").on(t.actorId, t.id),
    index("audit_entries_target_idx").on(t.targetId, t.id),
    index("audit_entries_workspace_idx").on(t.workspaceId, t.id),
    index("audit_entries_at_idx").on(t.at),
    index("audit_entries_addressed_idx")
      .on(t.at)
      .where(sql`${t.ipAddress} is not null`),
  ],
);
