import type { AuditExport, AuditExportInput } from "@mdreader/contract";
import { auditEntries } from "@mdreader/db";
import { and, asc, gt } from "drizzle-orm";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { idCursor, toIdPage } from "../../../util/pagination.ts";
import { auditColumns, matchesFilter } from "./filter.ts";
import { recordAudit } from "./record.ts";

/**
 * Exports entries of the audit log as JSON lines, oldest first, one part per call. The first part records the export.
 * @throws AppError BAD_CURSOR.
 */
export async function exportAuditEntries(
  ctx: Context,
  { caller }: Access<"audit.export">,
  { cursor, limit, ...filter }: AuditExportInput,
): Promise<AuditExport> {
  const after = idCursor.decode(cursor);
  return ctx.database.db.transaction(async (tx) => {
    const rows = await tx
      .select(auditColumns)
      .from(auditEntries)
      .where(and(matchesFilter(filter), after === null ? undefined : gt(auditEntries.id, after)))
      .orderBy(asc(auditEntries.id))
      .limit(limit + 1);
    if (after === null) await recordAudit(tx, ctx, { action: "audit.exported", actor: caller });
    const { items, nextCursor } = toIdPage(rows, limit, (row) => `${JSON.stringify(row)}\n`);
    return { lines: items.join(""), nextCursor };
  });
}
