import { z } from "zod";

import { person } from "../auth/auth.ts";
import { eventKinds } from "../event-kinds.ts";
import { language } from "../language.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { roles } from "../policy.ts";
import { id, personalName, multiline, timestamp } from "../text.ts";

export const role = z.enum(roles);

export const workspace = z.object({
  id: id.describe("Identifies the workspace in all other calls."),
  name: z.string().describe("The workspace's name, as its members see it."),
  description: z.string().nullable().describe("A description of the workspace. Null if there is none."),
  language: language.describe(
    "The language whose word forms search matches, for documents without one of their own.",
  ),
  secondFactorRequired: z
    .boolean()
    .describe(
      "Whether the workspace requires a second factor: sessions without one, and API keys that such sessions created, have " +
        "no access to anything in it.",
    ),
  role: role.describe("The caller's role in the workspace. Each role includes the weaker ones."),
  createdAt: timestamp.describe("When the workspace was created."),
  updatedAt: timestamp.describe(
    "When its name, description, language, deletion or second-factor requirement last changed.",
  ),
  deletedAt: timestamp.nullable().describe("When it was moved to the trash. Null if it isn't in the trash."),
});
export type Workspace = z.infer<typeof workspace>;

export const workspaceState = workspace.extend({
  eventSeq: z
    .int()
    .describe(
      "The `seq` of the workspace's newest event, 0 if there is none. Send it as `after` to `workspace.events` to " +
        "receive everything that happens after this call.",
    ),
});
export type WorkspaceState = z.infer<typeof workspaceState>;

export const workspaceCreateInput = z.strictObject({
  name: personalName(1, 100).describe("The workspace's name. Several workspaces may have the same name."),
  description: multiline(1000)
    .nullish()
    .describe("A description of the workspace. By default, there is none."),
  language: language
    .default("english")
    .describe(
      "The language whose word forms search matches. `simple` matches exact words, for mixed languages.",
    ),
});
export type WorkspaceCreateInput = z.infer<typeof workspaceCreateInput>;

export const workspaceListInput = z
  .strictObject({
    ...pageFields,
    deleted: z
      .boolean()
      .default(false)
      .describe("Whether to list deleted workspaces instead: those that the caller owns and can restore."),
  })
  .prefault({});
export const workspaceList = createPageSchema(workspace);

export const workspaceInput = z.strictObject({
  id: id.describe("The workspace that the call is about."),
});

export const workspaceUpdateInput = z
  .strictObject({
    id: id.describe("The workspace to change."),
    name: personalName(1, 100).optional().describe("The new name. If omitted, the name doesn't change."),
    description: multiline(1000)
      .nullish()
      .describe("The new description; null removes it. If omitted, the description doesn't change."),
    language: language
      .optional()
      .describe(
        "The new language for searches, whose documents are indexed again. If omitted, the language doesn't change.",
      ),
  })
  .refine((input) => Object.keys(input).length > 1, "specify at least one field to change");
export type WorkspaceUpdateInput = z.infer<typeof workspaceUpdateInput>;

export const workspaceRequireSecondFactorInput = z.strictObject({
  id: id.describe("The workspace to change."),
  isRequired: z.boolean().describe("Whether the workspace requires a second factor from now on."),
});
export type WorkspaceRequireSecondFactorInput = z.infer<typeof workspaceRequireSecondFactorInput>;

export const transferOwnershipInput = z.strictObject({
  id: id.describe("The workspace to transfer."),
  userId: id.describe("The member who becomes an owner, other than the caller, who becomes an admin."),
});

export const eventKind = z.enum(eventKinds);

export const workspaceEvent = z.object({
  seq: z.int().describe("Numbers the events of one workspace without gaps, from 1."),
  kind: eventKind.describe("The kind of event. Newer servers may send kinds that aren't listed."),
  actor: person.nullable().describe("The user who acted. Null once the account is deleted."),
  subjectId: id
    .nullable()
    .describe(
      "The ID of the subject: a document, folder, file, member or invitation. For a comment or a share, its document; for " +
        "`folder.reordered`, the folder whose contents were reordered. Null for the workspace itself, or its top level.",
    ),
  subjectName: z
    .string()
    .nullable()
    .describe(
      "The title or name of the subject at that time. Null if there is none, or the caller may not see it.",
    ),
  previousName: z
    .string()
    .nullable()
    .describe(
      "The former title or name of a renamed document or folder. Null for other events, and when the caller may not see it.",
    ),
  movedFrom: z
    .object({
      folderId: id.nullable().describe("The former folder. Null for the top level."),
    })
    .nullable()
    .describe(
      "Where a moved document or folder was. Null for other events, for moves recorded by earlier versions, and when the caller may not see it.",
    ),
  at: timestamp.describe("When it happened."),
});
export type WorkspaceEvent = z.infer<typeof workspaceEvent>;
export const activityInput = z.strictObject({
  workspaceId: id.describe("The workspace whose events are listed."),
  actorId: id
    .optional()
    .describe("Lists only this user's activity. By default, everyone's activity is listed."),
  subjectId: id
    .optional()
    .describe(
      "Lists only events about this document, folder, file or member. By default, events about anything are listed.",
    ),
  kinds: z
    .array(eventKind)
    .min(1)
    .max(eventKinds.length)
    .optional()
    .describe(
      "Lists only events of these kinds. By default, all kinds except `folder.reordered` are listed.",
    ),
  ...pageFields,
});
export type ActivityInput = z.infer<typeof activityInput>;
export const activityList = createPageSchema(workspaceEvent);

export const eventsInput = z.strictObject({
  workspaceId: id.describe("The workspace to follow."),
  after: z
    .int()
    .min(0)
    .optional()
    .describe(
      "Starts after the event with this `seq`; 0 starts with the first one. If omitted, the stream starts now.",
    ),
  lastEventId: z
    .string()
    .regex(/^\d{1,15}(-\d{1,20})?$/)
    .nullish()
    .describe(
      "The stream's ID of the last event received, which clients send to resume. It takes precedence over `after`. " +
        "Unlike a number, it is recognized as outdated after a backup is restored.",
    ),
});
export type EventsInput = z.infer<typeof eventsInput>;

export const editsInput = z.strictObject({
  workspaceId: id.describe("The workspace whose edits are followed."),
});
export const workspaceEdits = z.object({
  missed: z
    .boolean()
    .describe(
      "Whether other documents may have changed unnoticed, as before the first event. If so, check the versions in the list " +
        "of documents.",
    ),
  documents: z
    .array(
      z.object({
        id: id.describe("The document that was edited."),
        version: z.int().describe("A version that the document has reached. It may have a newer one by now."),
      }),
    )
    .describe("Documents that were edited since the previous event."),
});
export type WorkspaceEdits = z.infer<typeof workspaceEdits>;
