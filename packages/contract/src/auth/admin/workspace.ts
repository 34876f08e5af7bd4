import { z } from "zod";

import { createPageSchema, pageFields } from "../../pagination.ts";
import { id, singleLine, timestamp } from "../../text.ts";
import { person } from "../auth.ts";

/** A workspace as superusers see it. They see none of its documents. */
export const managedWorkspace = z.object({
  id,
  name: z.string(),
  /** The owner who joined first, preferably an active one; null if none is left. */
  owner: person.nullable(),
  /** Whether an owner is left whose account is not suspended. Otherwise, the workspace can be adopted. */
  hasActiveOwner: z.boolean(),
  memberCount: z.int(),
  documentCount: z.int(),
  /** Total size of its files, including those in the trash. */
  fileBytes: z.int(),
  /** Its own quota in bytes; null for the default. */
  quotaBytes: z.int().nullable(),
  createdAt: timestamp,
  deletedAt: timestamp.nullable(),
});
export type ManagedWorkspace = z.infer<typeof managedWorkspace>;
export const managedWorkspaceListInput = z
  .strictObject({ search: singleLine(1, 100).optional(), ...pageFields })
  .prefault({});
export type ManagedWorkspaceListInput = z.infer<typeof managedWorkspaceListInput>;
export const managedWorkspaceList = createPageSchema(managedWorkspace);
/** Without `userId`, the caller becomes the owner. */
export const adoptWorkspaceInput = z.strictObject({ id, userId: id.optional() });
/** Null sets the default. */
export const setQuotaInput = z.strictObject({
  id,
  quotaBytes: z.int().min(1).max(Number.MAX_SAFE_INTEGER).nullable(),
});
