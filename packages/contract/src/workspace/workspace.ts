import { z } from "zod";

import { person } from "../auth/auth.ts";
import { language } from "../language.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { roles } from "../policy.ts";
import { id, personalName, multiline, timestamp } from "../text.ts";

export const role = z.enum(roles);

export const workspace = z.object({
  id,
  name: z.string(),
  description: z.string().nullable(),
  language,
  /** The caller's own role. */
  role,
  createdAt: timestamp,
  updatedAt: timestamp,
  deletedAt: timestamp.nullable(),
});
export type Workspace = z.infer<typeof workspace>;

export const workspaceCreateInput = z.strictObject({
  name: personalName(1, 100),
  description: multiline(1000).nullish(),
  language: language.default("english"),
});
export type WorkspaceCreateInput = z.infer<typeof workspaceCreateInput>;

export const workspaceListInput = z
  .strictObject({ ...pageFields, deleted: z.boolean().default(false) })
  .prefault({});
export const workspaceList = createPageSchema(workspace);

export const workspaceInput = z.strictObject({ id });

export const workspaceUpdateInput = z
  .strictObject({
    id,
    name: personalName(1, 100).optional(),
    description: multiline(1000).nullish(),
    language: language.optional(),
  })
  .refine((input) => Object.keys(input).length > 1, "specify at least one field to change");
export type WorkspaceUpdateInput = z.infer<typeof workspaceUpdateInput>;

export const transferOwnershipInput = z.strictObject({ id, userId: id });

/** Kinds of events in a workspace's activity and its event stream. */
export const eventKinds = [
  "workspace.created",
  "workspace.updated",
  "workspace.deleted",
  "workspace.restored",
  "workspace.transferred",
  "member.joined",
  "member.roleChanged",
  "member.removed",
  "member.left",
  "invitation.created",
  "invitation.revoked",
  "document.created",
  "document.updated",
  "document.moved",
  "document.deleted",
  "document.restored",
  "document.purged",
  "comment.created",
  "comment.resolved",
  "share.created",
  "share.revoked",
  "folder.created",
  "folder.renamed",
  "folder.moved",
  "folder.deleted",
  "folder.restored",
  "file.created",
  "file.moved",
  "file.deleted",
  "file.restored",
  "file.purged",
] as const;
export const eventKind = z.enum(eventKinds);
export type EventKind = z.infer<typeof eventKind>;

export const workspaceEvent = z.object({
  /** Numbers the events of one workspace without gaps, from 1. */
  seq: z.int(),
  kind: eventKind,
  actor: person.nullable(),
  /** The ID of the subject: a document, folder, file, member or invitation. For a comment or a share, its document. */
  subjectId: id.nullable(),
  /** The title or name of the subject, if the caller may see it. */
  subjectName: z.string().nullable(),
  at: timestamp,
});
export type WorkspaceEvent = z.infer<typeof workspaceEvent>;
export const activityInput = z.strictObject({ workspaceId: id, ...pageFields });
export const activityList = createPageSchema(workspaceEvent);

/**
 * Where to start: after an event, or now. `lastEventId` is the stream's ID of that event, set by the client when it
 * resumes. It distinguishes the event from another one with the same number, as after a restored backup. A number alone
 * is not checked.
 */
export const eventsInput = z.strictObject({
  workspaceId: id,
  after: z.int().min(0).optional(),
  lastEventId: z
    .string()
    .regex(/^\d{1,15}(-\d{1,20})?$/)
    .nullish(),
});
export type EventsInput = z.infer<typeof eventsInput>;

/** Follows which documents of a workspace are being edited, for clients that keep copies of many. */
export const editsInput = z.strictObject({ workspaceId: id });
/**
 * Documents with versions that they have reached. `missed` means that other documents may have changed unnoticed, as
 * before the first event: check the versions in the list of documents.
 */
export const workspaceEdits = z.object({
  missed: z.boolean(),
  documents: z.array(z.object({ id, version: z.int() })),
});
export type WorkspaceEdits = z.infer<typeof workspaceEdits>;
