import type { Page, Passkey } from "@mdreader/contract";
import { passkeys } from "@mdreader/db";
import { and, desc, eq, lt } from "drizzle-orm";

import type { AccountCheck } from "../../access/resource-checks.ts";
import { countPreparedRows, idCursor, type PageInput, toIdPage } from "../../util/pagination.ts";
import { passkeyColumns } from "./columns.ts";

/** Lists the passkeys of the caller's account, newest first. @throws AppError BAD_CURSOR. */
export async function listPasskeys(
  check: AccountCheck<"account.secureSignIn">,
  { cursor, limit }: PageInput,
): Promise<Page<Passkey>> {
  const after = idCursor.decode(cursor);
  const { rows } = await check.select(
    check.db
      .select(passkeyColumns)
      .from(passkeys)
      .where(
        and(eq(passkeys.userId, check.subject.userId), after === null ? undefined : lt(passkeys.id, after)),
      )
      .orderBy(desc(passkeys.id))
      .limit(countPreparedRows(limit)),
  );
  return toIdPage(rows, limit, (row) => row);
}
