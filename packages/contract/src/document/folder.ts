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
  id: id.describe("Identifies the folder in all other calls."),
  workspaceId: id.describe("The workspace that the folder belongs to."),
  parentId: id.nullable().describe("The folder that contains it. Null for the top level."),
  name: z.string().describe("The name, which is unique in its parent."),
  createdAt: timestamp.describe("When the folder was created."),
  updatedAt: timestamp.describe("When it was last renamed, moved, deleted or restored."),
});
export type Folder = z.infer<typeof folder>;
export const folderCreateInput = z.strictObject({
  workspaceId: id.describe("The workspace in which the folder is created."),
  name: folderName.describe("One line without slashes, different from the parent's other folders."),
  parentId: id.nullish().describe("The folder to create it in. Null or absent for the top level."),
});
export const folderRenameInput = z.strictObject({
  id: id.describe("The folder to rename."),
  name: folderName.describe(
    "The new name: one line without slashes, different from the parent's other folders.",
  ),
});
export const folderMoveInput = z.strictObject({
  id: id.describe("The folder to move, with its contents."),
  parentId: id
    .nullable()
    .describe("The folder of the same workspace to move it into. Null for the top level."),
});
export const folderInput = z.strictObject({
  id: id.describe("The folder that the call is about."),
});
export const folderDeleteInput = z.strictObject({
  id: id.describe("The folder to move to the trash."),
  onlyIfEmpty: z
    .boolean()
    .default(false)
    .describe(
      "With true, a folder with contents is not deleted, and the call fails with `FOLDER_NOT_EMPTY`.",
    ),
});
export const folderDeleted = z.object({
  id: id.describe("The deleted folder, which restores everything."),
  documents: z.int().describe("The number of documents that were moved to the trash with it."),
  folders: z.int().describe("The number of folders that were moved to the trash, including itself."),
});
