import type { ManagedWorkspace, ManagedWorkspaceListInput, Page } from "@mdreader/contract";
import { documents, files, users, workspaceMembers, workspaces } from "@mdreader/db";
import { and, asc, desc, eq, ilike, lt, sql } from "drizzle-orm";

import type { InstanceCheck } from "../../../access/resource-checks.ts";
import { countPreparedRows, idCursor, toIdPage } from "../../../util/pagination.ts";
import { toLikePattern } from "../../../util/sql-like.ts";

const memberCount = sql<number>`(
  select count(*)::int from ${workspaceMembers} join users member on member.id = ${workspaceMembers.userId}
  where ${workspaceMembers.workspaceId} = ${workspaces.id} and not member.is_service_account)`;
const documentCount = sql<number>`(
  select count(*)::int from ${documents}
  where ${documents.workspaceId} = ${workspaces.id} and ${documents.deletedAt} is null)`;
const fileBytes = sql<number>`(
  select coalesce(sum(${files.size}), 0)::float8 from ${files} where ${files.workspaceId} = ${workspaces.id})`;

/** Lists all workspaces, newest first, without anything that their members wrote. @throws AppError BAD_CURSOR. */
export async function listManagedWorkspaces(
  check: InstanceCheck<"instance.listWorkspaces">,
  { search, cursor, limit }: ManagedWorkspaceListInput,
): Promise<Page<ManagedWorkspace>> {
  const after = idCursor.decode(cursor);
  const { db } = check;
  const owner = db
    .select({
      ownerId: sql<string>`${users.id}`.as("owner_id"),
      ownerUsername: sql<string>`${users.username}`.as("owner_username"),
      ownerFullName: sql<string | null>`${users.fullName}`.as("owner_full_name"),
      isOwnerActive: sql<boolean>`${users.deactivatedAt} is null`.as("is_owner_active"),
    })
    .from(workspaceMembers)
    .innerJoin(users, eq(users.id, workspaceMembers.userId))
    .where(and(eq(workspaceMembers.workspaceId, workspaces.id), eq(workspaceMembers.role, "owner")))
    .orderBy(
      sql`${users.deactivatedAt} is not null`,
      asc(workspaceMembers.createdAt),
      asc(workspaceMembers.userId),
    )
    .limit(1)
    .as("owner");
  const { rows } = await check.select(
    db
      .select({
        id: workspaces.id,
        name: workspaces.name,
        quotaBytes: workspaces.quotaBytes,
        createdAt: workspaces.createdAt,
        deletedAt: workspaces.deletedAt,
        memberCount: memberCount.as("member_count"),
        documentCount: documentCount.as("document_count"),
        fileBytes: fileBytes.as("file_bytes"),
        ownerId: owner.ownerId,
        ownerUsername: owner.ownerUsername,
        ownerFullName: owner.ownerFullName,
        isOwnerActive: owner.isOwnerActive,
      })
      .from(workspaces)
      .leftJoinLateral(owner, sql`true`)
      .where(
        and(
          search === undefined ? undefined : ilike(workspaces.name, toLikePattern(search)),
          after === null ? undefined : lt(workspaces.id, after),
        ),
      )
      .orderBy(desc(workspaces.id))
      .limit(countPreparedRows(limit)),
  );
  return toIdPage(rows, limit, ({ ownerId, ownerUsername, ownerFullName, isOwnerActive, ...workspace }) => ({
    ...workspace,
    hasActiveOwner: isOwnerActive ?? false,
    owner: ownerId === null ? null : { id: ownerId, username: ownerUsername ?? "", fullName: ownerFullName },
  }));
}
