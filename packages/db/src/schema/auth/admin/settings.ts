import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, uuid } from "drizzle-orm/pg-core";

import { timestamp } from "../../columns.ts";
import { users } from "../auth.ts";

/** The settings that administrators have changed, in one row. The others have their defaults. */
export const instanceSettings = pgTable(
  "instance_settings",
  {
    /** Always 1. */
    id: integer("id").primaryKey().default(1),
    changed: jsonb("changed").$type<Record<string, unknown>>().notNull(),
    updatedBy: uuid("updated_by").references(() => users.id, { onDelete: "set null" }),
    updatedAt: timestamp("updated_at")
      .notNull()
      .default(sql`now()`),
  },
  (t) => [
    check("instance_settings_one_row", sql`${t.id} = 1`),
    index("instance_settings_updated_by_idx").on(t.updatedBy),
  ],
);
