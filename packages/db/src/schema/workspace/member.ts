import { roles } from "@mdreader/contract";
import { index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";

import { users } from "../auth/auth.ts";
import { timestamps } from "../columns.ts";
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
    role: text("role", { enum: roles }).notNull(),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.userId] }),
    index("workspace_members_user_idx").on(t.userId, t.workspaceId),
  ],
);
