import type { Page, Workspace } from "@mdreader/contract";
import { workspaceMembers, workspaces } from "@mdreader/db";
import { and, desc, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";

import type { AccountCheck } from "../access/resource-checks.ts";
import { isWithinKey } from "../access/resources.ts";
import { countPreparedRows, highestId, idCursor, type PageInput, toIdPage } from "../util/pagination.ts";
import { workspaceColumns } from "./columns.ts";

/**
 * Lists the caller's workspaces, newest first; with `deleted`, the workspaces in the trash that the caller can restore
 * as their owner.
 * @throws AppError BAD_CURSOR.
 */
export async function listWorkspaces(
  check: AccountCheck<"account.listWorkspaces">,
  { cursor, limit, deleted }: PageInput & { deleted: boolean },
): Promise<Page<Workspace>> {
  const after = idCursor.decode(cursor) ?? highestId;
  const count = countPreparedRows(limit);
  const { rows } = await check.selectPrepared(
    `workspaces ${deleted ? "deleted" : "live"} ${count}`,
    () =>
      check.db
        .select({ ...workspaceColumns, role: workspaceMembers.role })
        .from(workspaceMembers)
        .innerJoin(workspaces, eq(workspaces.id, workspaceMembers.workspaceId))
        .where(
          and(
            eq(workspaceMembers.userId, check.subject.userId),
            isWithinKey(check.subject.keyWorkspaceId, workspaceMembers.workspaceId),
            deleted
              ? and(isNotNull(workspaces.deletedAt), eq(workspaceMembers.role, "owner"))
              : isNull(workspaces.deletedAt),
            lt(workspaceMembers.workspaceId, sql.placeholder("after")),
          ),
        )
        .orderBy(desc(workspaceMembers.workspaceId))
        .limit(count),
    { after },
  );
  return toIdPage(rows, limit, (row) => row);
}
