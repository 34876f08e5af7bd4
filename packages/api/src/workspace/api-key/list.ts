import type { Page, WorkspaceApiKey } from "@mdreader/contract";
import { apiKeys, users, workspaceMembers } from "@mdreader/db";
import { and, desc, eq, isNull, lt } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";

import type { WorkspaceCheck } from "../../access/resource-checks.ts";
import { countPreparedRows, idCursor, type PageInput, toIdPage } from "../../util/pagination.ts";
import { isVisibleUser, toPerson } from "../person.ts";
import { workspaceKeyColumns } from "./columns.ts";

const creators = alias(users, "creators");

/** Lists the keys that belong to a workspace, including expired ones, newest first. @throws AppError BAD_CURSOR. */
export async function listWorkspaceApiKeys(
  check: WorkspaceCheck<"apiKey.list">,
  { cursor, limit }: PageInput,
): Promise<Page<WorkspaceApiKey>> {
  const after = idCursor.decode(cursor);
  const { rows } = await check.select(
    check.db
      .select({
        ...workspaceKeyColumns,
        role: workspaceMembers.role,
        creatorId: apiKeys.createdBy,
        username: creators.username,
        fullName: creators.fullName,
      })
      .from(apiKeys)
      .innerJoin(users, and(eq(users.id, apiKeys.userId), eq(users.isServiceAccount, true)))
      .innerJoin(
        workspaceMembers,
        and(
          eq(workspaceMembers.workspaceId, apiKeys.workspaceId),
          eq(workspaceMembers.userId, apiKeys.userId),
        ),
      )
      .leftJoin(creators, isVisibleUser(apiKeys.createdBy, creators))
      .where(
        and(
          eq(apiKeys.workspaceId, check.subject.workspaceId),
          isNull(apiKeys.revokedAt),
          after === null ? undefined : lt(apiKeys.id, after),
        ),
      )
      .orderBy(desc(apiKeys.id))
      .limit(countPreparedRows(limit)),
  );
  return toIdPage(rows, limit, ({ creatorId, username, fullName, ...key }) => ({
    ...key,
    createdBy: toPerson({ userId: creatorId, username, fullName }),
  }));
}
