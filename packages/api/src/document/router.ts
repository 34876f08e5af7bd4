import {
  document,
  documentCreateInput,
  documentDeleteInput,
  documentDuplicateInput,
  documentInput,
  documentList,
  documentListInput,
  documentMoveInput,
  documentPath,
  documentSummary,
  documentUpdateInput,
  emptyResult,
  trashInput,
  trashList,
  treeInput,
  treeList,
  writtenDocument,
} from "@mdreader/contract";

import { router } from "../trpc/init.ts";
import { resourceProcedure, resourceQuery, workspaceProcedure, workspaceQuery } from "../trpc/procedures.ts";
import { declareSelectedOutput } from "../trpc/selected-output.ts";
import { collabProcedures } from "./collab/router.ts";
import { commentRouter } from "./comment/router.ts";
import { deleteDocument } from "./delete.ts";
import { duplicateDocument } from "./duplicate.ts";
import { favoriteRouter } from "./favorite/router.ts";
import { folderRouter } from "./folder/router.ts";
import { getDocument } from "./get.ts";
import { linkProcedures } from "./link/router.ts";
import { listDocuments } from "./list.ts";
import { moveDocument } from "./move.ts";
import { readDocumentPath } from "./path.ts";
import { purgeDocument } from "./purge.ts";
import { withTextIfReadable } from "./readable.ts";
import { restoreDocument } from "./restore.ts";
import { searchProcedures } from "./search/router.ts";
import { shareRouter } from "./share/router.ts";
import { transferProcedures } from "./transfer/router.ts";
import { listTrash } from "./trash.ts";
import { listTree } from "./tree.ts";
import { updateDocument } from "./update.ts";
import { versionProcedures } from "./version/router.ts";
import { visitRouter } from "./visit/router.ts";

export const documentRouter = router({
  create: workspaceProcedure("document.create")
    .input(documentCreateInput)
    .output(document)
    .mutation(({ ctx, input }) => ctx.documentCreator.create(ctx.access, input)),

  get: resourceQuery("document", "document.read")
    .input(documentInput)
    .output(document)
    .query(({ ctx }) => getDocument(ctx, ctx.check)),

  list: workspaceQuery("document.read")
    .input(documentListInput)
    .output(declareSelectedOutput(documentList))
    .query(({ ctx, input }) => listDocuments(ctx, ctx.check, input)),

  tree: workspaceQuery("document.read")
    .input(treeInput)
    .output(treeList)
    .query(({ ctx, input }) => listTree(ctx.check, input)),

  path: resourceProcedure("document", "document.read")
    .input(documentInput)
    .output(documentPath)
    .query(({ ctx }) => readDocumentPath(ctx, ctx.access)),

  update: resourceProcedure("document", "document.update")
    .input(documentUpdateInput)
    .output(writtenDocument)
    .mutation(async ({ ctx, input }) =>
      withTextIfReadable(ctx.access, await updateDocument(ctx, ctx.access, input)),
    ),

  move: resourceProcedure("document", "document.move")
    .input(documentMoveInput)
    .output(documentSummary)
    .mutation(({ ctx, input }) => moveDocument(ctx, ctx.access, input)),

  duplicate: resourceProcedure("document", "document.duplicate")
    .input(documentDuplicateInput)
    .output(writtenDocument)
    .mutation(async ({ ctx, input }) =>
      withTextIfReadable(ctx.access, await duplicateDocument(ctx, ctx.access, input)),
    ),

  delete: resourceProcedure("document", "document.delete")
    .input(documentDeleteInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => deleteDocument(ctx, ctx.access, input)),

  trash: workspaceQuery("document.readTrash")
    .input(trashInput)
    .output(trashList)
    .query(({ ctx, input }) => listTrash(ctx.check, ctx.settings, input)),

  restore: resourceProcedure("document", "document.restore", "trash")
    .input(documentInput)
    .output(documentSummary)
    .mutation(({ ctx }) => restoreDocument(ctx, ctx.access)),

  purge: resourceProcedure("document", "document.purge", "trash")
    .input(documentInput)
    .output(emptyResult)
    .mutation(({ ctx }) => purgeDocument(ctx, ctx.access)),

  ...searchProcedures,
  comment: commentRouter,
  ...versionProcedures,
  favorite: favoriteRouter,
  visit: visitRouter,
  folder: folderRouter,
  share: shareRouter,
  ...linkProcedures,
  ...collabProcedures,
  ...transferProcedures,
});
