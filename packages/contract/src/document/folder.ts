import { z } from "zod";

import { maxNameLength } from "../limits.ts";
import { isReservedName, reservedNameMessage } from "../synced-paths.ts";
import { id, name, timestamp } from "../text.ts";

export const folderName = name(maxNameLength)
  .refine((text) => !/[/\\]/.test(text) && text !== "." && text !== "..", {
    message: "must not contain slashes or be . or ..",
  })
  .refine((text) => !isReservedName(text), { message: reservedNameMessage });

/** The orders that a folder's direct contents can have. */
export const childrenOrders = ["name", "manual"] as const;
export const childrenOrder = z.enum(childrenOrders);
export type ChildrenOrder = z.infer<typeof childrenOrder>;

/** The place of an item among the siblings of its kind. */
export const placeFields = {
  beforeId: id
    .optional()
    .describe(
      "Places it directly before this item, which must be of the same kind and in the target folder; `NOT_FOUND` otherwise. " +
        "The folder is in manual order from then on.",
    ),
  afterId: id
    .optional()
    .describe(
      "Places it directly after this item, under the same conditions. If both are given, `afterId` takes precedence, and " +
        "`beforeId` is used if that item is gone. Without either, an item that changes folders comes after those that were placed.",
    ),
};
/** The siblings next to which an item is placed. */
export interface Place {
  beforeId?: string | undefined;
  afterId?: string | undefined;
}

/** Whether a move doesn't place an item next to itself. */
export const isPlaceValid = ({ id: moved, beforeId, afterId }: Place & { id: string }): boolean =>
  moved !== beforeId && moved !== afterId;

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
  name: folderName.describe("The name: one line without slashes that no other folder in the parent has."),
  parentId: id.nullish().describe("The folder to create it in. Null or absent for the top level."),
});
export const folderRenameInput = z.strictObject({
  id: id.describe("The folder to rename."),
  name: folderName.describe("The new name: one line without slashes that no other folder in the parent has."),
});
export const folderMoveInput = z
  .strictObject({
    id: id.describe("The folder to move, with its contents."),
    parentId: id
      .nullable()
      .describe("The folder of the same workspace to move it into. Null for the top level."),
    ...placeFields,
  })
  .refine(isPlaceValid, { message: "an item can't be placed next to itself" });
export const folderSortInput = z.strictObject({
  workspaceId: id.describe("The workspace that the folder belongs to."),
  folderId: id
    .nullish()
    .describe("The folder whose direct contents are sorted by name. Null or absent for the top level."),
});
export const folderInput = z.strictObject({
  id: id.describe("The folder that the call is about."),
});
export const folderContents = z.object({
  documents: z.int().describe("The number of documents in the folder and its subfolders."),
  folders: z.int().describe("The number of its subfolders at all levels."),
});
export type FolderContents = z.infer<typeof folderContents>;
export const folderDeleteInput = z.strictObject({
  id: id.describe("The folder to move to the trash."),
  onlyIfEmpty: z
    .boolean()
    .default(false)
    .describe("With true, a folder with contents isn't deleted, and the call fails with `FOLDER_NOT_EMPTY`."),
});
export const folderDeleted = z.object({
  id: id.describe("The deleted folder. Restoring it restores everything."),
  documents: z.int().describe("The number of documents that were moved to the trash with it."),
  folders: z.int().describe("The number of folders that were moved to the trash, including itself."),
});
