import type { Page, SavedVersion, VersionListInput } from "@mdreader/contract";
import { documentVersions } from "@mdreader/db";
import { and, desc, eq, lt } from "drizzle-orm";
import { z } from "zod";

import type { DocumentGate } from "../../access/gate.ts";
import { cursorOf, pageOfRows } from "../../pagination.ts";
import { versionColumns } from "./columns.ts";

const numberCursor = cursorOf(z.int().min(1).max(2_147_483_647));

/** The saved versions of a document, newest first. */
export async function listVersions(
  gate: DocumentGate<"document.readHistory">,
  { cursor, limit }: Pick<VersionListInput, "cursor" | "limit">,
): Promise<Page<SavedVersion>> {
  const before = numberCursor.decode(cursor);
  const { rows } = await gate.read(
    gate.db
      .select(versionColumns)
      .from(documentVersions)
      .where(
        and(
          eq(documentVersions.documentId, gate.scope.id),
          before === null ? undefined : lt(documentVersions.number, before),
        ),
      )
      .orderBy(desc(documentVersions.number))
      .limit(limit + 1),
  );
  return pageOfRows(
    rows,
    limit,
    ({ number }) => numberCursor.encode(number),
    (row) => row,
  );
}
