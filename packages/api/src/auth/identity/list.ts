import type { Identity, Page } from "@mdreader/contract";
import { authIdentities } from "@mdreader/db";
import { and, desc, eq, lt } from "drizzle-orm";

import type { AccountCheck } from "../../access/resource-checks.ts";
import type { Context } from "../../context.ts";
import { idCursor, type PageInput, toIdPage } from "../../util/pagination.ts";
import { identityColumns, toIdentity } from "./columns.ts";

/** Lists the identities that are linked to the caller's account, newest first. @throws AppError BAD_CURSOR. */
export async function listIdentities(
  { settings }: Pick<Context, "settings">,
  check: AccountCheck<"account.manage">,
  { cursor, limit }: PageInput,
): Promise<Page<Identity>> {
  const after = idCursor.decode(cursor);
  const { rows } = await check.select(
    check.db
      .select(identityColumns)
      .from(authIdentities)
      .where(
        and(
          eq(authIdentities.userId, check.subject.userId),
          after === null ? undefined : lt(authIdentities.id, after),
        ),
      )
      .orderBy(desc(authIdentities.id))
      .limit(limit + 1),
  );
  return toIdPage(rows, limit, (row) => toIdentity(settings, row));
}
