import { z } from "zod";

import { createPageSchema, pageFields } from "../../pagination.ts";
import { id, singleLine, timestamp } from "../../text.ts";
import { person } from "../auth.ts";

/** A workspace as superusers see it. They see none of its documents. */
export const managedWorkspace = z.object({
  id: id.describe("Identifies the workspace."),
  name: z.string().describe("The workspace's name, as its members see it."),
  owner: person
    .nullable()
    .describe("The owner who joined first, preferably an active one. Null if none is left."),
  hasActiveOwner: z
    .boolean()
    .describe("Whether an owner is left whose account is not suspended. Otherwise, ownership can be taken."),
  memberCount: z.int().describe("The number of members, in all roles."),
  documentCount: z.int().describe("The number of documents, without those in the trash."),
  fileBytes: z.int().describe("The total size of its files in bytes, including those in the trash."),
  quotaBytes: z
    .int()
    .nullable()
    .describe("Its own quota for files in bytes. Null if the instance's default applies."),
  createdAt: timestamp.describe("When the workspace was created."),
  deletedAt: timestamp.nullable().describe("When the workspace was moved to the trash. Null if it was not."),
});
export type ManagedWorkspace = z.infer<typeof managedWorkspace>;
export const managedWorkspaceListInput = z
  .strictObject({
    search: singleLine(1, 100)
      .optional()
      .describe("Part of a workspace's name, in any case. Without it, all workspaces."),
    ...pageFields,
  })
  .prefault({});
export type ManagedWorkspaceListInput = z.infer<typeof managedWorkspaceListInput>;
export const managedWorkspaceList = createPageSchema(managedWorkspace);
export const adoptWorkspaceInput = z.strictObject({
  id: id.describe("The workspace without an active owner."),
  userId: id.optional().describe("The user who becomes its owner. Without it, the caller does."),
});
export const setQuotaInput = z.strictObject({
  id: id.describe("The workspace whose quota changes."),
  quotaBytes: z
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .nullable()
    .describe("The most bytes that its files may take. Null applies the instance's default."),
});
