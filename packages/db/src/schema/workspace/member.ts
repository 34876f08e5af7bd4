import { index, pgTable, primaryKey, uuid } from "drizzle-orm/pg-core";

import { users } from "../auth/auth.ts";
import { role, roleCheck, timestamps } from "../columns.ts";
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
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.userId] }),
    roleCheck("workspace_members_role_check", t.role),
    index("workspace_members_user_idx").on(t.userId, t.workspaceId),
  ],
);
