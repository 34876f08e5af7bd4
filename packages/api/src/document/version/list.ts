import type { Page, SavedVersion, VersionListInput } from "@mdreader/contract";
import { documentVersions } from "@mdreader/db";
import { and, desc, eq, lt } from "drizzle-orm";
import { z } from "zod";

import type { DocumentCheck } from "../../access/resource-checks.ts";
import { createPageCursor, toPage } from "../../util/pagination.ts";
import { versionColumns } from "./columns.ts";

const numberCursor = createPageCursor(z.int().min(1).max(2_147_483_647));

/** Lists the saved versions of a document, newest first. */
export async function listVersions(
  check: DocumentCheck<"document.readHistory">,
  { cursor, limit }: Pick<VersionListInput, "cursor" | "limit">,
): Promise<Page<SavedVersion>> {
  const before = numberCursor.decode(cursor);
  const { rows } = await check.select(
    check.db
      .select(versionColumns)
      .from(documentVersions)
      .where(
        and(
          eq(documentVersions.documentId, check.subject.id),
          before === null ? undefined : lt(documentVersions.number, before),
        ),
      )
      .orderBy(desc(documentVersions.number))
      .limit(limit + 1),
  );
  return toPage(
    rows,
    limit,
    ({ number }) => numberCursor.encode(number),
    (row) => row,
  );
}
