import { eventKinds, languages } from "@mdreader/contract";
import { sql } from "drizzle-orm";
import { bigint, boolean, index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";

import { users } from "../auth/auth.ts";
import { childrenOrder, primaryId, timestamps, timestamp } from "../columns.ts";

export const workspaces = pgTable(
  "workspaces",
  {
    id: primaryId(),
    name: text("name").notNull(),
    description: text("description"),
    language: text("language", { enum: languages }).notNull().default("english"),
    /** The order of the top level. */
    childrenOrder: childrenOrder(),
    createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
    /** The number of the newest event. The next one is assigned under this row's lock, so that there are no gaps. */
    lastEventSeq: bigint("last_event_seq", { mode: "number" }).notNull().default(0),
    /** Maximum total size of the files, in bytes; null for the instance's default. */
    quotaBytes: bigint("quota_bytes", { mode: "number" }),
    /** Whether sessions and API keys need a second factor here. */
    secondFactorRequired: boolean("second_factor_required").notNull().default(false),
    ...timestamps(),
    deletedAt: timestamp("deleted_at"),
  },
  (t) => [
    index("workspaces_deleted_idx")
      .on(t.deletedAt)
      .where(sql`${t.deletedAt} is not null`),
    index("workspaces_creator_idx").on(t.createdBy),
  ],
);

/**
 * Events of a workspace, written in the transaction of the change itself. They are the activity that users read, and
 * the log from which live subscribers resume.
 */
export const workspaceEvents = pgTable(
  "workspace_events",
  {
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** Without gaps per workspace, from 1. */
    seq: bigint("seq", { mode: "number" }).notNull(),
    kind: text("kind", { enum: eventKinds }).notNull(),
    actorId: uuid("actor_id").references(() => users.id, { onDelete: "set null" }),
    subjectId: uuid("subject_id"),
    /** The name of the subject at the time. */
    subjectName: text("subject_name"),
    /** Additional data for subscribers, by kind. */
    data: jsonb("data").$type<Record<string, string | number | boolean | null>>(),
    createdAt: timestamps().createdAt,
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.seq] }),
    index("workspace_events_subject_idx").on(t.workspaceId, t.subjectId),
    index("workspace_events_actor_idx").on(t.actorId),
  ],
);
