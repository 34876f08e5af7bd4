import { z } from "zod";

import { maxNameLength } from "../limits.ts";
import { isReservedName, reservedNameMessage } from "../synced-paths.ts";
import { id, name, timestamp } from "../text.ts";

export const folderName = name(1, maxNameLength)
  .refine((text) => !/[/\\]/.test(text) && text !== "." && text !== "..", {
    message: "must not contain slashes or be . or ..",
  })
  .refine((text) => !isReservedName(text), { message: reservedNameMessage });

export const folder = z.object({
  id,
  workspaceId: id,
  parentId: id.nullable(),
  name: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Folder = z.infer<typeof folder>;
export const folderCreateInput = z.strictObject({
  workspaceId: id,
  name: folderName,
  parentId: id.nullish(),
});
export const folderRenameInput = z.strictObject({ id, name: folderName });
export const folderMoveInput = z.strictObject({ id, parentId: id.nullable() });
export const folderInput = z.strictObject({ id });
/** With `onlyIfEmpty`, a folder that is not empty is not deleted, and the call fails with FOLDER_NOT_EMPTY. */
export const folderDeleteInput = z.strictObject({ id, onlyIfEmpty: z.boolean().default(false) });
export const folderDeleted = z.object({ id, documents: z.int(), folders: z.int() });
