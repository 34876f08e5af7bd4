import type { Page, SavedVersion, VersionListInput } from "@mdreader/contract";
import { documentVersions, toIsoTimestamp } from "@mdreader/db";
import { and, desc, eq, lt, sql } from "drizzle-orm";
import { z } from "zod";

import type { DocumentCheck } from "../../access/resource-checks.ts";
import { selectAsJson, selectNamed } from "../../util/json-rows.ts";
import { countPreparedRows, createPageCursor, toPage } from "../../util/pagination.ts";
import { versionColumns } from "./columns.ts";

const maxNumber = 2_147_483_647;
const numberCursor = createPageCursor(z.int().min(1).max(maxNumber));

/** Lists the saved versions of a document, newest first. */
export async function listVersions(
  check: DocumentCheck<"document.readHistory">,
  { cursor, limit }: Pick<VersionListInput, "cursor" | "limit">,
): Promise<Page<SavedVersion>> {
  const before = numberCursor.decode(cursor) ?? maxNumber;
  const count = countPreparedRows(limit);
  const { rows } = await check.selectPrepared(`versions ${count}`, () => selectVersions(check, count), {
    before,
  });
  return toPage(
    rows[0]?.items ?? [],
    limit,
    ({ number }) => numberCursor.encode(number),
    (row) => ({ ...row, createdAt: toIsoTimestamp(row.createdAt) }),
  );
}

const selectVersions = ({ db, subject }: DocumentCheck<"document.readHistory">, count: number) =>
  selectAsJson<SavedVersion>(
    db,
    db
      .select(selectNamed(versionColumns))
      .from(documentVersions)
      .where(
        and(
          eq(documentVersions.documentId, subject.id),
          lt(documentVersions.number, sql.placeholder("before")),
        ),
      )
      .orderBy(desc(documentVersions.number))
      .limit(count),
  );
