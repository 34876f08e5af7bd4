import type { AuditEntry, AuditListInput, Page } from "@mdreader/contract";
import { auditEntries } from "@mdreader/db";
import { and, desc, lt } from "drizzle-orm";

import type { InstanceCheck } from "../../../access/resource-checks.ts";
import { countPreparedRows, idCursor, toIdPage } from "../../../util/pagination.ts";
import { auditColumns, matchesFilter } from "./filter.ts";

/** Lists entries of the audit log, newest first. @throws AppError BAD_CURSOR. */
export async function listAuditEntries(
  check: InstanceCheck<"audit.read">,
  { cursor, limit, ...filter }: AuditListInput,
): Promise<Page<AuditEntry>> {
  const after = idCursor.decode(cursor);
  const { rows } = await check.select(
    check.db
      .select(auditColumns)
      .from(auditEntries)
      .where(and(matchesFilter(filter), after === null ? undefined : lt(auditEntries.id, after)))
      .orderBy(desc(auditEntries.id))
      .limit(countPreparedRows(limit)),
  );
  return toIdPage(rows, limit, (row) => row);
}
