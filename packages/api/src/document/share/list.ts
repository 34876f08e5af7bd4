import type { Page, Share } from "@mdreader/contract";
import { shareLinks } from "@mdreader/db";
import { and, desc, eq, lt } from "drizzle-orm";

import type { DocumentCheck } from "../../access/resource-checks.ts";
import type { Ports } from "../../ports.ts";
import { countPreparedRows, idCursor, type PageInput, toIdPage } from "../../util/pagination.ts";
import { selectShares, toShare } from "./columns.ts";
import { isShareUnexpired } from "./find.ts";

/** Lists the active links to a document, newest first. @throws AppError BAD_CURSOR. */
export async function listShares(
  services: Pick<Ports, "clock">,
  check: DocumentCheck<"share.list">,
  { cursor, limit }: PageInput,
): Promise<Page<Share>> {
  const after = idCursor.decode(cursor);
  const { rows } = await check.select(
    selectShares(check.db)
      .where(
        and(
          eq(shareLinks.documentId, check.subject.id),
          isShareUnexpired(services),
          after === null ? undefined : lt(shareLinks.id, after),
        ),
      )
      .orderBy(desc(shareLinks.id))
      .limit(countPreparedRows(limit)),
  );
  return toIdPage(rows, limit, toShare);
}
