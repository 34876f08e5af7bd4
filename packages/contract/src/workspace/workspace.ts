import { z } from "zod";

import { email, person, token } from "../auth.ts";
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
  .refine((input) => Object.keys(input).length > 1, "give at least one field to change");
export type WorkspaceUpdateInput = z.infer<typeof workspaceUpdateInput>;

export const transferOwnershipInput = z.strictObject({ id, userId: id });

export const member = z.object({ user: person, email: z.string(), role, joinedAt: timestamp });
export type Member = z.infer<typeof member>;
export const memberListInput = z.strictObject({ workspaceId: id, ...pageFields });
export const memberList = createPageSchema(member);
export const memberUpdateRoleInput = z.strictObject({ workspaceId: id, userId: id, role });
export const memberRemoveInput = z.strictObject({ workspaceId: id, userId: id });

export const invitation = z.object({
  id,
  role,
  /** Null for an invitation by link. */
  email: z.string().nullable(),
  invitedBy: person.nullable(),
  /** How often a link may still be used; one for an invitation by e-mail. */
  usesLeft: z.int(),
  createdAt: timestamp,
  expiresAt: timestamp,
});
export type Invitation = z.infer<typeof invitation>;
/** With `email`, a mail is sent and only that address can accept; without, whoever has the link. */
export const invitationCreateInput = z
  .strictObject({
    workspaceId: id,
    role,
    email: email.optional(),
    maxUses: z.int().min(1).max(1000).default(1),
    expiresInDays: z.int().min(1).max(90).default(7),
  })
  .refine(({ email: to, maxUses }) => to === undefined || maxUses === 1, {
    path: ["maxUses"],
    message: "an invitation by e-mail is for one person",
  });
export type InvitationCreateInput = z.infer<typeof invitationCreateInput>;
/** `token` is shown this once; it is what the link carries. */
export const invitationCreated = invitation.extend({ token: z.string(), url: z.string() });
export const invitationListInput = z.strictObject({ workspaceId: id, ...pageFields });
export const invitationList = createPageSchema(invitation);
export const invitationRevokeInput = z.strictObject({ workspaceId: id, id });
export const invitationTokenInput = z.strictObject({ token });
export const invitationPreview = z.object({
  workspaceName: z.string(),
  role,
  invitedBy: z.string().nullable(),
  /** Whether it is bound to one address; which one is not told. */
  forEmail: z.boolean(),
  expiresAt: timestamp,
});
export type InvitationPreview = z.infer<typeof invitationPreview>;

/** What can be read in a workspace's activity, and what its event stream carries. */
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
  /** The id of what it is about: a document, folder, file, member or invitation; of a comment or a share, its document. */
  subjectId: id.nullable(),
  /** Its title or name, where the caller may see it. */
  subjectName: z.string().nullable(),
  at: timestamp,
});
export type WorkspaceEvent = z.infer<typeof workspaceEvent>;
export const activityInput = z.strictObject({ workspaceId: id, ...pageFields });
export const activityList = createPageSchema(workspaceEvent);

/**
 * Where to begin: after an event, of which `lastEventId` is the id that the stream gave it, set by the client when it
 * resumes; else now. By the id an event is told from another one under its number, as after a restored backup; a number
 * alone is taken as it is.
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

/** Follows which documents of a workspace are being edited, for those who keep copies of many. */
export const editsInput = z.strictObject({ workspaceId: id });
/**
 * Documents with versions that they have reached. `missed` says that others may have changed unnoticed, as before the
 * first: look at the versions that the list of documents shows.
 */
export const workspaceEdits = z.object({
  missed: z.boolean(),
  documents: z.array(z.object({ id, version: z.int() })),
});
export type WorkspaceEdits = z.infer<typeof workspaceEdits>;
