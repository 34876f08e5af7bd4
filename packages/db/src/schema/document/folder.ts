import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  boolean,
  foreignKey,
  index,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";

import { users } from "../auth/auth.ts";
import { childrenOrder, naturalOrder, position, primaryId, timestamps } from "../columns.ts";
import { softDelete } from "../soft-delete.ts";
import { workspaces } from "../workspace/workspace.ts";

export const folders = pgTable(
  "folders",
  {
    id: primaryId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    parentId: uuid("parent_id"),
    name: text("name").notNull(),
    position: position(),
    childrenOrder: childrenOrder(),
    createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
    /** Whether documents or files have yet to follow the folder into the trash or out of it. */
    contentsPending: boolean("contents_pending").notNull().default(false),
    ...timestamps(),
    ...softDelete(),
  },
  (t) => [
    unique("folders_id_workspace_key").on(t.id, t.workspaceId),
    foreignKey({
      name: "folders_parent_fk",
      columns: [t.parentId, t.workspaceId],
      foreignColumns: [t.id, t.workspaceId] as [AnyPgColumn, AnyPgColumn],
    }),
    // The migration adds "nulls not distinct", so that the root counts as one folder.
    uniqueIndex("folders_name_key")
      .on(t.workspaceId, t.parentId, t.name)
      .where(sql`${t.deletedAt} is null`),
    index("folders_tree_idx")
      .on(t.workspaceId, t.parentId, naturalOrder(t.name), t.name, t.id)
      .where(sql`${t.deletedAt} is null`),
    index("folders_position_idx")
      .on(t.workspaceId, t.parentId, t.position, t.id)
      .where(sql`${t.deletedAt} is null and ${t.position} is not null`),
    index("folders_parent_idx").on(t.parentId, t.workspaceId),
    index("folders_workspace_idx")
      .on(t.workspaceId, t.id)
      .where(sql`${t.deletedAt} is null`),
    // Also covers all folders of a workspace that is deleted, so it includes the live ones.
    index("folders_trash_idx").on(t.workspaceId, t.deletedAt, t.id),
    index("folders_creator_idx").on(t.createdBy),
    index("folders_deleter_idx")
      .on(t.deletedBy)
      .where(sql`${t.deletedBy} is not null`),
    index("folders_pending_idx")
      .on(t.id)
      .where(sql`${t.contentsPending}`),
  ],
);
