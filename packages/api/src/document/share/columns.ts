import type { Share } from "@mdreader/contract";
import { type Executor, shareLinks, users } from "@mdreader/db";
import { sql } from "drizzle-orm";

import { toPerson, type PersonRow, isVisibleUser } from "../../workspace/person.ts";

/** Selects shares for members. Callers add conditions. */
export function selectShares(db: Executor) {
  return db
    .select({
      id: shareLinks.id,
      documentId: shareLinks.documentId,
      hint: shareLinks.hint,
      hasPassword: sql<boolean>`${shareLinks.passwordHash} is not null`.as("has_password"),
      expiresAt: shareLinks.expiresAt,
      userId: shareLinks.createdBy,
      username: users.username,
      fullName: users.fullName,
      createdAt: shareLinks.createdAt,
    })
    .from(shareLinks)
    .leftJoin(users, isVisibleUser(shareLinks.createdBy))
    .$dynamic();
}

export function toShare({
  userId,
  username,
  fullName,
  ...share
}: Omit<Share, "createdBy"> & PersonRow): Share {
  return { ...share, createdBy: toPerson({ userId, username, fullName }) };
}
