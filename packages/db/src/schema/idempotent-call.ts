import { index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";

import { users } from "./auth/auth.ts";
import { bytea, timestamps } from "./columns.ts";
import { workspaces } from "./workspace/workspace.ts";

/**
 * The outcome of a call: its result is stored, or it succeeded with a result that is not stored (it contains a secret, or
 * is too large), or it is unknown whether the call took effect.
 */
export const callOutcomes = ["stored", "not-stored", "unknown"] as const;

/** Mutations with idempotency keys. A repeated call returns the same result and has no further effect. */
export const idempotentCalls = pgTable(
  "idempotent_calls",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Chosen by the caller, a different one for each call. */
    key: text("key").notNull(),
    /** The name of the procedure. */
    path: text("path").notNull(),
    /** HMAC-SHA-256 of the input, which may contain passwords. */
    inputHash: bytea("input_hash").notNull(),
    /** The workspace in which access is checked again; null for calls on the caller's own account. */
    accessWorkspaceId: uuid("access_workspace_id").references(() => workspaces.id, { onDelete: "cascade" }),
    /** Null while the call is running. */
    outcome: text("outcome", { enum: callOutcomes }),
    result: jsonb("result"),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.key] }),
    index("idempotent_calls_created_idx").on(t.createdAt),
    index("idempotent_calls_workspace_idx").on(t.accessWorkspaceId),
  ],
);
