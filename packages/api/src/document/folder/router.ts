import {
  emptyResult,
  folder,
  folderContents,
  folderCreateInput,
  folderDeleted,
  folderDeleteInput,
  folderInput,
  folderMoveInput,
  folderRenameInput,
  folderSortInput,
} from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { resourceProcedure, workspaceProcedure } from "../../trpc/procedures.ts";
import { countFolderContents } from "./count.ts";
import { createFolder } from "./create.ts";
import { deleteEmptyFolder } from "./delete-empty.ts";
import { deleteFolder } from "./delete.ts";
import { moveFolder } from "./move.ts";
import { renameFolder } from "./rename.ts";
import { restoreFolder } from "./restore.ts";
import { sortFolder } from "./sort.ts";

export const folderRouter = router({
  create: workspaceProcedure("folder.create")
    .input(folderCreateInput)
    .output(folder)
    .mutation(({ ctx, input }) => createFolder(ctx, ctx.access, input)),

  count: resourceProcedure("folder", "folder.read")
    .input(folderInput)
    .output(folderContents)
    .query(({ ctx }) => countFolderContents(ctx, ctx.access)),

  rename: resourceProcedure("folder", "folder.update")
    .input(folderRenameInput)
    .output(folder)
    .mutation(({ ctx, input }) => renameFolder(ctx, ctx.access, input.name)),

  move: resourceProcedure("folder", "folder.update")
    .input(folderMoveInput)
    .output(folder)
    .mutation(({ ctx, input }) => moveFolder(ctx, ctx.access, input)),

  sort: workspaceProcedure("folder.update")
    .input(folderSortInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => sortFolder(ctx, ctx.access, input)),

  delete: resourceProcedure("folder", "folder.delete")
    .meta({ action: "folder.delete", hasNoTimeout: true })
    .input(folderDeleteInput)
    .output(folderDeleted)
    .mutation(({ ctx, input }) =>
      input.onlyIfEmpty ? deleteEmptyFolder(ctx, ctx.access) : deleteFolder(ctx, ctx.access),
    ),

  restore: resourceProcedure("folder", "folder.restore", "trash")
    .meta({ action: "folder.restore", hasNoTimeout: true })
    .input(folderInput)
    .output(folder)
    .mutation(({ ctx }) => restoreFolder(ctx, ctx.access)),
});
