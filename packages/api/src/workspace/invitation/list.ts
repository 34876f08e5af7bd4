import type { Invitation, Page } from "@mdreader/contract";
import { users, workspaceInvitations } from "@mdreader/db";
import { and, desc, eq, lt } from "drizzle-orm";

import type { WorkspaceCheck } from "../../access/resource-checks.ts";
import type { Ports } from "../../ports.ts";
import { countPreparedRows, idCursor, type PageInput, toIdPage } from "../../util/pagination.ts";
import { isVisibleUser } from "../person.ts";
import { invitationColumns, isPending, toInvitation } from "./pending.ts";

/** Lists pending invitations, newest first. @throws AppError BAD_CURSOR. */
export async function listInvitations(
  services: Pick<Ports, "clock">,
  check: WorkspaceCheck<"invitation.list">,
  { cursor, limit }: PageInput,
): Promise<Page<Invitation>> {
  const after = idCursor.decode(cursor);
  const { rows } = await check.select(
    check.db
      .select({ ...invitationColumns, username: users.username, fullName: users.fullName })
      .from(workspaceInvitations)
      .leftJoin(users, isVisibleUser(workspaceInvitations.invitedBy))
      .where(
        and(
          eq(workspaceInvitations.workspaceId, check.subject.workspaceId),
          isPending(services),
          after === null ? undefined : lt(workspaceInvitations.id, after),
        ),
      )
      .orderBy(desc(workspaceInvitations.id))
      .limit(countPreparedRows(limit)),
  );
  return toIdPage(rows, limit, toInvitation);
}
