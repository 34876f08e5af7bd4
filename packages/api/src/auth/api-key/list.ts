import type { ApiKey, Page } from "@mdreader/contract";
import { apiKeys } from "@mdreader/db";
import { and, desc, eq, isNull, lt } from "drizzle-orm";

import type { AccountCheck } from "../../access/resource-checks.ts";
import { countPreparedRows, idCursor, type PageInput, toIdPage } from "../../util/pagination.ts";
import { keyColumns } from "./columns.ts";

/** Lists the caller's keys, including expired ones, newest first. @throws AppError BAD_CURSOR. */
export async function listApiKeys(
  check: AccountCheck<"account.manage">,
  { cursor, limit }: PageInput,
): Promise<Page<ApiKey>> {
  const after = idCursor.decode(cursor);
  const { rows } = await check.select(
    check.db
      .select(keyColumns)
      .from(apiKeys)
      .where(
        and(
          eq(apiKeys.userId, check.subject.userId),
          isNull(apiKeys.revokedAt),
          after === null ? undefined : lt(apiKeys.id, after),
        ),
      )
      .orderBy(desc(apiKeys.id))
      .limit(countPreparedRows(limit)),
  );
  return toIdPage(rows, limit, (row) => row);
}
