import type { Comment, CommentThreadInput, Page } from "@mdreader/contract";
import { comments } from "@mdreader/db";
import { and, asc, eq, gt } from "drizzle-orm";

import type { DocumentCheck } from "../../access/resource-checks.ts";
import { AppError } from "../../errors.ts";
import { idCursor, toIdPage } from "../../util/pagination.ts";
import { selectComments, toComment } from "./columns.ts";

/** Lists the comments of a thread, oldest first. @throws AppError NOT_FOUND, BAD_CURSOR. */
export async function readThread(
  check: DocumentCheck<"comment.read">,
  { threadId, cursor, limit }: CommentThreadInput,
): Promise<Page<Comment>> {
  const after = idCursor.decode(cursor);
  const { rows } = await check.select(
    selectComments(check.db)
      .where(
        and(
          eq(comments.documentId, check.subject.id),
          eq(comments.threadId, threadId),
          after === null ? undefined : gt(comments.id, after),
        ),
      )
      .orderBy(asc(comments.id))
      .limit(limit + 1),
  );
  // A thread exists as long as it has comments.
  if (rows.length === 0 && after === null) throw new AppError("NOT_FOUND");
  return toIdPage(rows, limit, toComment);
}
