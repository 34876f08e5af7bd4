import type { Texts, TextsInput } from "@mdreader/contract";
import { documents } from "@mdreader/db";
import { and, asc, eq, isNull, sql } from "drizzle-orm";

import type { WorkspaceCheck } from "../access/resource-checks.ts";
import type { Services } from "../context.ts";
import { readMarkdown } from "../document/collab/store/live-document.ts";

/** In bytes of UTF-8: once the texts reach this size together, the rest are omitted. */
const maxTotalBytes = 1_000_000;

/** Reads the texts of documents, including all acknowledged edits. The first text is returned whatever its length. */
export async function readTexts(
  { documents: live }: Pick<Services, "documents">,
  check: WorkspaceCheck<"document.read">,
  { documentIds }: TextsInput,
): Promise<Texts> {
  const before = sql`coalesce(sum(${documents.size}) over (order by ${documents.id}
    rows between unbounded preceding and 1 preceding), 0)`;
  const { rows } = await check.selectPrepared(
    "texts",
    () =>
      check.db
        .select({
          id: documents.id,
          version: documents.version,
          contentVersion: documents.contentVersion,
          content: sql<
            string | null
          >`case when ${before} < ${maxTotalBytes} then ${documents.content} end`.as("limited_content"),
        })
        .from(documents)
        .where(
          and(
            eq(documents.workspaceId, check.subject.workspaceId),
            sql`${documents.id} in (select unnest(${sql.placeholder("documentIds")}::uuid[]))`,
            isNull(documents.deletedAt),
          ),
        )
        .orderBy(asc(documents.id)),
    { documentIds },
  );
  const items: Texts["items"] = [];
  for (const { id, version, contentVersion, content } of rows) {
    const isOlder = content !== null && contentVersion !== version;
    items.push(
      isOlder
        ? await live.read(id, (document) => ({
            id,
            version: document.version,
            content: readMarkdown(document),
          }))
        : { id, version, content },
    );
  }
  return { items };
}
