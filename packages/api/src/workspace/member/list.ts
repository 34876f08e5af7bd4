import { can, type Member, type Page } from "@mdreader/contract";
import { users, workspaceMembers } from "@mdreader/db";
import { and, asc, eq, gt } from "drizzle-orm";

import type { WorkspaceCheck } from "../../access/resource-checks.ts";
import { isPersonal } from "../../auth/account/service-accounts.ts";
import { idCursor, type PageInput, toPage } from "../../util/pagination.ts";
import { memberColumns, toMember } from "./member.ts";

/** Lists the members of a workspace, oldest account first. @throws AppError BAD_CURSOR. */
export async function listMembers(
  check: WorkspaceCheck<"member.list">,
  { cursor, limit }: PageInput,
): Promise<Page<Member>> {
  const after = idCursor.decode(cursor);
  const { access, rows } = await check.select(
    check.db
      .select(memberColumns)
      .from(workspaceMembers)
      .innerJoin(users, eq(users.id, workspaceMembers.userId))
      .where(
        and(
          eq(workspaceMembers.workspaceId, check.subject.workspaceId),
          isPersonal,
          after === null ? undefined : gt(workspaceMembers.userId, after),
        ),
      )
      .orderBy(asc(workspaceMembers.userId))
      .limit(limit + 1),
  );
  const { scopes } = access.caller;
  const canManage = can(access.role, "member.updateRole") && (scopes?.includes("manage") ?? true);
  return toPage(
    rows,
    limit,
    ({ userId }) => idCursor.encode(userId),
    (row) => toMember(row, canManage),
  );
}
