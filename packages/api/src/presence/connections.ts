import type { Connection, Page } from "@mdreader/contract";
import { userSessions } from "@mdreader/db";
import { and, desc, eq, lt } from "drizzle-orm";

import type { AccountCheck } from "../access/resource-checks.ts";
import { countPreparedRows, idCursor, toIdPage } from "../util/pagination.ts";

/** Lists the caller's own connections, newest first. */
export async function listConnections(
  check: AccountCheck<"account.listConnections">,
  { cursor, limit }: { cursor?: string | null | undefined; limit: number },
): Promise<Page<Connection>> {
  const before = idCursor.decode(cursor);
  const { rows } = await check.select(
    check.db
      .select({
        id: userSessions.id,
        userAgent: userSessions.userAgent,
        ipAddress: userSessions.ipAddress,
        connectedAt: userSessions.connectedAt,
        lastSeenAt: userSessions.lastSeenAt,
        disconnectedAt: userSessions.disconnectedAt,
      })
      .from(userSessions)
      .where(
        and(
          eq(userSessions.userId, check.subject.userId),
          before === null ? undefined : lt(userSessions.id, before),
        ),
      )
      .orderBy(desc(userSessions.id))
      .limit(countPreparedRows(limit)),
  );
  return toIdPage(rows, limit, (row) => row);
}
