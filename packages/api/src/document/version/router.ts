import {
  blameInput,
  blameList,
  savedVersion,
  versionCreateInput,
  versionDiff,
  versionDiffInput,
  versionGetInput,
  versionList,
  versionListInput,
  versionRestored,
  versionRestoreInput,
  versionWithText,
} from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { resourceProcedure, resourceQuery } from "../../trpc/procedures.ts";
import { blameDocument } from "./blame.ts";
import { nameVersion } from "./create.ts";
import { diffVersions } from "./diff.ts";
import { getVersion } from "./get.ts";
import { listVersions } from "./list.ts";
import { restoreVersion } from "./restore.ts";

/** Procedures for document history, mounted by the document router. */
export const versionProcedures = {
  blame: resourceProcedure("document", "document.readHistory")
    .input(blameInput)
    .output(blameList)
    .query(({ ctx, input }) => blameDocument(ctx, ctx.access, input)),

  version: router({
    list: resourceQuery("document", "document.readHistory")
      .input(versionListInput)
      .output(versionList)
      .query(({ ctx, input }) => listVersions(ctx.check, input)),

    get: resourceQuery("document", "document.readHistory")
      .input(versionGetInput)
      .output(versionWithText)
      .query(({ ctx, input }) => getVersion(ctx.check, input.number)),

    diff: resourceProcedure("document", "document.readHistory")
      .input(versionDiffInput)
      .output(versionDiff)
      .query(({ ctx, input }) => diffVersions(ctx, ctx.access, input)),

    create: resourceProcedure("document", "document.nameVersion")
      .input(versionCreateInput)
      .output(savedVersion)
      .mutation(({ ctx, input }) => nameVersion(ctx, ctx.access, input.label)),

    restore: resourceProcedure("document", "document.restoreVersion")
      .input(versionRestoreInput)
      .output(versionRestored)
      .mutation(({ ctx, input }) => restoreVersion(ctx, ctx.access, input.number)),
  }),
};
