import {
  exportInput,
  exportLink,
  htmlExportInput,
  htmlExportLink,
  importInput,
  importReport,
} from "@mdreader/contract";

import { resourceProcedure, workspaceProcedure } from "../../trpc/procedures.ts";
import { createHtmlExportUrl } from "./export-html.ts";
import { createExportUrl, startImport } from "./procedures.ts";

/** Procedures for imports and exports, mounted by the document router. */
export const transferProcedures = {
  import: workspaceProcedure("document.import")
    .meta({ action: "document.import", hasNoTimeout: true })
    .input(importInput)
    .output(importReport)
    .mutation(({ ctx, input }) => startImport(ctx, ctx.access, input)),

  export: workspaceProcedure("document.export")
    .meta({ action: "document.export", hasSecretResult: true })
    .input(exportInput)
    .output(exportLink)
    .query(({ ctx, input }) => createExportUrl(ctx, ctx.access, input.folderId ?? null)),

  exportHtml: resourceProcedure("document", "document.export")
    .meta({ action: "document.export", hasSecretResult: true })
    .input(htmlExportInput)
    .output(htmlExportLink)
    .query(({ ctx }) => createHtmlExportUrl(ctx, ctx.access)),
};
