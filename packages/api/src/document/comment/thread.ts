import type { Comment, CommentThreadInput, Page } from "@mdreader/contract";
import { comments } from "@mdreader/db";
import { and, asc, eq, gt, sql } from "drizzle-orm";

import type { DocumentCheck } from "../../access/resource-checks.ts";
import { AppError } from "../../errors.ts";
import { countPreparedRows, idCursor, lowestId, toIdPage } from "../../util/pagination.ts";
import { selectComments, toComment } from "./columns.ts";

/** Lists the comments of a thread, oldest first. @throws AppError NOT_FOUND, BAD_CURSOR. */
export async function readThread(
  check: DocumentCheck<"comment.read">,
  { threadId, cursor, limit }: CommentThreadInput,
): Promise<Page<Comment>> {
  const after = idCursor.decode(cursor);
  const count = countPreparedRows(limit);
  const { rows } = await check.selectPrepared(
    `thread ${count}`,
    () =>
      selectComments(check.db)
        .where(
          and(
            eq(comments.documentId, check.subject.id),
            eq(comments.threadId, sql.placeholder("threadId")),
            gt(comments.id, sql.placeholder("after")),
          ),
        )
        .orderBy(asc(comments.id))
        .limit(count),
    { threadId, after: after ?? lowestId },
  );
  // A thread exists as long as it has comments.
  if (rows.length === 0 && after === null) throw new AppError("NOT_FOUND");
  return toIdPage(rows, limit, toComment);
}
