import { index, integer, pgTable, uniqueIndex, uuid } from "drizzle-orm/pg-core";

import { users } from "../auth/auth.ts";
import { bytea, citext, primaryId, role, roleCheck, timestamps, timestamp } from "../columns.ts";
import { workspaces } from "./workspace.ts";

export const workspaceInvitations = pgTable(
  "workspace_invitations",
  {
    id: primaryId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    role: role(),
    /** Null for an invitation by link. */
    email: citext("email"),
    tokenHash: bytea("token_hash").notNull(),
    maxUses: integer("max_uses").notNull().default(1),
    uses: integer("uses").notNull().default(0),
    invitedBy: uuid("invited_by").references(() => users.id, { onDelete: "set null" }),
    expiresAt: timestamp("expires_at").notNull(),
    revokedAt: timestamp("revoked_at"),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    uniqueIndex("workspace_invitations_hash_key").on(t.tokenHash),
    index("workspace_invitations_workspace_idx").on(t.workspaceId, t.id),
    index("workspace_invitations_inviter_idx").on(t.invitedBy),
    roleCheck("workspace_invitations_role_check", t.role),
  ],
);
