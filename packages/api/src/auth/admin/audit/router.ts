import { auditExport, auditExportInput, auditList, auditListInput } from "@mdreader/contract";

import { router } from "../../../trpc/init.ts";
import { instanceProcedure, instanceQuery } from "../../../trpc/procedures.ts";
import { exportAuditEntries } from "./export.ts";
import { listAuditEntries } from "./list.ts";

export const auditRouter = router({
  list: instanceQuery("audit.read")
    .input(auditListInput)
    .output(auditList)
    .query(({ ctx, input }) => listAuditEntries(ctx.check, input)),
  export: instanceProcedure("audit.export")
    .input(auditExportInput)
    .output(auditExport)
    .mutation(({ ctx, input }) => exportAuditEntries(ctx, ctx.access, input)),
});
