import { sql } from "drizzle-orm";
import { boolean, index, pgTable, primaryKey, uuid } from "drizzle-orm/pg-core";

import { users } from "../auth/auth.ts";
import { authIdentities } from "../auth/identity.ts";
import { role, roleCheck, timestamp, timestamps } from "../columns.ts";
import { workspaces } from "./workspace.ts";

export const workspaceMembers = pgTable(
  "workspace_members",
  {
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    role: role(),
    /**
     * The identity whose groups grant this membership, which ends with them. Null for memberships that people have granted
     * or changed.
     */
    grantedBy: uuid("granted_by").references(() => authIdentities.id, { onDelete: "cascade" }),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.userId] }),
    roleCheck("workspace_members_role_check", t.role),
    index("workspace_members_user_idx").on(t.userId, t.workspaceId),
    index("workspace_members_granted_by_idx")
      .on(t.grantedBy)
      .where(sql`${t.grantedBy} is not null`),
  ],
);

/** The memberships of deleted accounts, which return when an account is restored before its purge. */
export const deletedMemberships = pgTable(
  "deleted_memberships",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    role: role(),
    /** When the membership began. */
    joinedAt: timestamp("joined_at").notNull(),
    /** Whether the workspace is deleted with the account, because it has no other members. It shares the account's fate. */
    includesWorkspace: boolean("includes_workspace").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.workspaceId] }),
    roleCheck("deleted_memberships_role_check", t.role),
    index("deleted_memberships_workspace_idx").on(t.workspaceId),
  ],
);
