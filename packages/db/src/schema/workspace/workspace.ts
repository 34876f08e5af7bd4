import { eventKinds, languages, roles } from "@mdreader/contract";
import { sql } from "drizzle-orm";
import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";

import { users } from "../auth/auth.ts";
import { bytea, citext, primaryId, timestamps, timestamp } from "../columns.ts";

export const workspaces = pgTable(
  "workspaces",
  {
    id: primaryId(),
    name: text("name").notNull(),
    description: text("description"),
    language: text("language", { enum: languages }).notNull().default("english"),
    createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
    /** The number of the newest event. The next one is assigned under this row's lock, so that there are no gaps. */
    lastEventSeq: bigint("last_event_seq", { mode: "number" }).notNull().default(0),
    ...timestamps(),
    deletedAt: timestamp("deleted_at"),
  },
  (t) => [
    index("workspaces_deleted_idx")
      .on(t.deletedAt)
      .where(sql`${t.deletedAt} is not null`),
  ],
);

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

export const workspaceInvitations = pgTable(
  "workspace_invitations",
  {
    id: primaryId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    role: text("role", { enum: roles }).notNull(),
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
