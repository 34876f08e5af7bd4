import type { Scope } from "@mdreader/contract";
import { sql } from "drizzle-orm";
import { boolean, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";

import { bytea, primaryId, timestamps, timestamp } from "../columns.ts";
import { workspaces } from "../workspace/workspace.ts";
import { users } from "./auth.ts";

export const apiKeys = pgTable(
  "api_keys",
  {
    id: primaryId(),
    /** The user that the key acts as: its owner, or the service account of a key that belongs to a workspace. */
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    scopes: text("scopes").array().$type<Scope[]>().notNull(),
    /** The only workspace in which the key works: the one that it is limited to or belongs to. */
    workspaceId: uuid("workspace_id").references(() => workspaces.id, { onDelete: "cascade" }),
    /** The admin who created a key that belongs to a workspace; null for other keys, or once the account is deleted. */
    createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
    /** Whether the session that created the key had a second factor. Workspaces that require one accept no other keys. */
    createdWithSecondFactor: boolean("created_with_second_factor").notNull().default(false),
    secretHash: bytea("secret_hash").notNull(),
    hint: text("hint").notNull(),
    lastUsedAt: timestamp("last_used_at"),
    expiresAt: timestamp("expires_at"),
    revokedAt: timestamp("revoked_at"),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    uniqueIndex("api_keys_hash_key").on(t.secretHash),
    index("api_keys_user_idx").on(t.userId, t.id),
    index("api_keys_workspace_idx")
      .on(t.workspaceId)
      .where(sql`${t.workspaceId} is not null`),
    index("api_keys_created_by_idx")
      .on(t.createdBy)
      .where(sql`${t.createdBy} is not null`),
  ],
);
