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
    .describe("The owner who joined first, preferably an active one. Null if there is none."),
  hasActiveOwner: z
    .boolean()
    .describe(
      "Whether the workspace has an owner whose account isn't suspended. If not, a superuser can take ownership.",
    ),
  memberCount: z.int().describe("The number of members, in all roles."),
  documentCount: z.int().describe("The number of documents, excluding those in the trash."),
  fileBytes: z.int().describe("The total size of its files in bytes, including those in the trash."),
  quotaBytes: z
    .int()
    .nullable()
    .describe("The workspace's own storage quota in bytes. Null if the instance's default applies."),
  createdAt: timestamp.describe("When the workspace was created."),
  deletedAt: timestamp
    .nullable()
    .describe("When the workspace was moved to the trash. Null if it isn't in the trash."),
});
export type ManagedWorkspace = z.infer<typeof managedWorkspace>;
export const managedWorkspaceListInput = z
  .strictObject({
    search: singleLine(1, 100)
      .optional()
      .describe("Part of a workspace's name, case-insensitive. By default, all workspaces are listed."),
    ...pageFields,
  })
  .prefault({});
export type ManagedWorkspaceListInput = z.infer<typeof managedWorkspaceListInput>;
export const managedWorkspaceList = createPageSchema(managedWorkspace);
export const adoptWorkspaceInput = z.strictObject({
  id: id.describe("The workspace without an active owner."),
  userId: id.optional().describe("The user who becomes the owner. By default, the caller."),
});
export const setQuotaInput = z.strictObject({
  id: id.describe("The workspace whose quota changes."),
  quotaBytes: z
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .nullable()
    .describe("The storage quota in bytes. Null applies the instance's default."),
});
