import {
  completeUploadInput,
  createUploadInput,
  emptyResult,
  file,
  fileDeleteInput,
  fileInput,
  fileLinks,
  fileList,
  fileListInput,
  fileMoveInput,
  fileResolved,
  fileUsage,
  fileUsageInput,
  fileResolveInput,
  upload,
} from "@mdreader/contract";

import { router } from "../trpc/init.ts";
import {
  documentProcedure,
  resourceProcedure,
  workspaceProcedure,
  workspaceQuery,
} from "../trpc/procedures.ts";
import { completeUpload } from "./complete-upload.ts";
import { createUpload } from "./create-upload.ts";
import { deleteFile } from "./delete.ts";
import { createDownloadUrls } from "./download-url.ts";
import { toFile } from "./file.ts";
import { listFiles } from "./list.ts";
import { moveFile } from "./move.ts";
import { purgeFile } from "./purge.ts";
import { resolvePaths } from "./resolve.ts";
import { restoreFile } from "./restore.ts";
import { readFileUsage } from "./usage.ts";

export const fileRouter = router({
  createUpload: workspaceProcedure("file.upload")
    .meta({ action: "file.upload", hasSecretResult: true, isRepeatable: true })
    .input(createUploadInput)
    .output(upload)
    .mutation(({ ctx, input }) => createUpload(ctx, ctx.access, input)),

  completeUpload: resourceProcedure("upload", "file.upload")
    .meta({ action: "file.upload", isRepeatable: true })
    .input(completeUploadInput)
    .output(file)
    .mutation(({ ctx, input }) => completeUpload(ctx, ctx.access, input)),

  list: workspaceQuery("file.read")
    .input(fileListInput)
    .output(fileList)
    .query(({ ctx, input }) => listFiles(ctx.check, input)),

  usage: workspaceProcedure("file.read")
    .input(fileUsageInput)
    .output(fileUsage)
    .query(({ ctx }) => readFileUsage(ctx, ctx.access)),

  get: resourceProcedure("file", "file.read")
    .input(fileInput)
    .output(file)
    .query(({ ctx }) => toFile(ctx.access.file)),

  downloadUrl: resourceProcedure("file", "file.read")
    .meta({ action: "file.read", hasSecretResult: true })
    .input(fileInput)
    .output(fileLinks)
    .query(({ ctx }) => createDownloadUrls(ctx, ctx.access)),

  resolve: documentProcedure("file.read")
    .meta({ action: "file.read", hasSecretResult: true })
    .input(fileResolveInput)
    .output(fileResolved)
    .query(({ ctx, input }) => resolvePaths(ctx, ctx.access, input.paths)),

  move: resourceProcedure("file", "file.move")
    .input(fileMoveInput)
    .output(file)
    .mutation(({ ctx, input }) => moveFile(ctx, ctx.access, input)),

  delete: resourceProcedure("file", "file.delete")
    .input(fileDeleteInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => deleteFile(ctx, ctx.access, input)),

  restore: resourceProcedure("file", "file.restore", "trash")
    .input(fileInput)
    .output(file)
    .mutation(({ ctx }) => restoreFile(ctx, ctx.access)),

  purge: resourceProcedure("file", "file.purge", "trash")
    .input(fileInput)
    .output(emptyResult)
    .mutation(({ ctx }) => purgeFile(ctx, ctx.access)),
});
