import { can, type Member, type Page } from "@mdreader/contract";
import { users, workspaceMembers } from "@mdreader/db";
import { and, asc, eq, gt, sql } from "drizzle-orm";

import type { WorkspaceCheck } from "../../access/resource-checks.ts";
import { isPersonal } from "../../auth/account/service-accounts.ts";
import { countPreparedRows, idCursor, lowestId, type PageInput, toPage } from "../../util/pagination.ts";
import { memberColumns, toMember } from "./member.ts";

/** Lists the members of a workspace, oldest account first. @throws AppError BAD_CURSOR. */
export async function listMembers(
  check: WorkspaceCheck<"member.list">,
  { cursor, limit }: PageInput,
): Promise<Page<Member>> {
  const after = idCursor.decode(cursor) ?? lowestId;
  const count = countPreparedRows(limit);
  const { access, rows } = await check.selectPrepared(
    `members ${count}`,
    () =>
      check.db
        .select(memberColumns)
        .from(workspaceMembers)
        .innerJoin(users, eq(users.id, workspaceMembers.userId))
        .where(
          and(
            eq(workspaceMembers.workspaceId, check.subject.workspaceId),
            isPersonal,
            gt(workspaceMembers.userId, sql.placeholder("after")),
          ),
        )
        .orderBy(asc(workspaceMembers.userId))
        .limit(count),
    { after },
  );
  const { scopes } = access.caller;
  const canManage = can(access.role, "member.updateRole") && (scopes?.includes("manage") ?? true);
  return toPage(
    rows,
    limit,
    ({ userId }) => idCursor.encode(userId),
    (row) => toMember(row, { canManage }),
  );
}
