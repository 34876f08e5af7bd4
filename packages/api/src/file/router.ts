import {
  completeUploadInput,
  createUploadInput,
  done,
  file,
  fileDeleteInput,
  fileInput,
  fileLinks,
  fileList,
  fileListInput,
  fileMoveInput,
  fileResolved,
  fileResolveInput,
  upload,
} from "@mdreader/contract";

import { router } from "../trpc/init.ts";
import {
  documentInProcedure,
  fileProcedure,
  uploadProcedure,
  workspaceProcedure,
  workspaceQuery,
} from "../trpc/procedures.ts";
import { completeUpload } from "./complete-upload.ts";
import { createUpload } from "./create-upload.ts";
import { toFile } from "./file.ts";
import { moveFile } from "./move.ts";
import { downloadUrl, listFiles } from "./read.ts";
import { resolvePaths } from "./resolve.ts";
import { deleteFile, purgeFile, restoreFile } from "./trash.ts";

export const fileRouter = router({
  createUpload: workspaceProcedure("file.upload")
    .input(createUploadInput)
    .output(upload)
    .mutation(({ ctx, input }) => createUpload(ctx, ctx.access, input)),

  completeUpload: uploadProcedure("file.upload")
    .input(completeUploadInput)
    .output(file)
    .mutation(({ ctx, input }) => completeUpload(ctx, ctx.access, input)),

  list: workspaceQuery("file.read")
    .input(fileListInput)
    .output(fileList)
    .query(({ ctx, input }) => listFiles(ctx.gate, input)),

  get: fileProcedure("file.read")
    .input(fileInput)
    .output(file)
    .query(({ ctx }) => toFile(ctx.access.file)),

  downloadUrl: fileProcedure("file.read")
    .input(fileInput)
    .output(fileLinks)
    .query(({ ctx }) => downloadUrl(ctx, ctx.access)),

  resolve: documentInProcedure("file.read")
    .input(fileResolveInput)
    .output(fileResolved)
    .query(({ ctx, input }) => resolvePaths(ctx, ctx.access, input.paths)),

  move: fileProcedure("file.move")
    .input(fileMoveInput)
    .output(file)
    .mutation(({ ctx, input }) => moveFile(ctx, ctx.access, input)),

  delete: fileProcedure("file.delete")
    .input(fileDeleteInput)
    .output(done)
    .mutation(({ ctx, input }) => deleteFile(ctx, ctx.access, input)),

  restore: fileProcedure("file.restore", "trash")
    .input(fileInput)
    .output(file)
    .mutation(({ ctx }) => restoreFile(ctx, ctx.access)),

  purge: fileProcedure("file.purge", "trash")
    .input(fileInput)
    .output(done)
    .mutation(({ ctx }) => purgeFile(ctx, ctx.access)),
});
