import { resolveAnchors, type ResolvedAnchor } from "@mdreader/collab";
import type { CommentAnchor, CommentListInput, CommentThread, Page } from "@mdreader/contract";
import { comments, commentThreads, type StoredAnchor, users } from "@mdreader/db";
import { and, asc, eq, gt, isNotNull, isNull, sql } from "drizzle-orm";

import type { DocumentCheck } from "../../access/resource-checks.ts";
import type { Services } from "../../context.ts";
import { memoizePerDatabase } from "../../util/memoize-per-database.ts";
import { countPreparedRows, idCursor, lowestId, toIdPage } from "../../util/pagination.ts";
import { toPerson, isVisibleUser } from "../../workspace/person.ts";
import { readMarkdown } from "../collab/store/live-document.ts";
import { selectComments, toComment } from "./columns.ts";
import { createLineCounter } from "./lines.ts";

/** Number of comments listed with each thread. */
const commentsPerThread = 10;

/** Lists the threads of a document, with the current positions of their anchors. @throws AppError BAD_CURSOR. */
export async function listThreads(
  { database, documents }: Pick<Services, "database" | "documents">,
  check: DocumentCheck<"comment.read">,
  { documentId, state, cursor, limit }: CommentListInput,
): Promise<Page<CommentThread>> {
  const after = idCursor.decode(cursor) ?? lowestId;
  const count = countPreparedRows(limit);
  const { rows } = await check.selectPrepared(
    `threads ${state ?? "all"} ${count}`,
    () => selectThreads(check, state, count),
    { after },
  );
  const pageRows = rows.slice(0, limit);
  const [getComments, findAnchor] = await Promise.all([
    readFirstComments(database.db, pageRows),
    resolveThreadAnchors(documents, documentId, pageRows),
  ]);
  return toIdPage(rows, limit, ({ userId, username, fullName, ...thread }) => ({
    ...thread,
    anchor: findAnchor(thread.id),
    resolvedBy: toPerson({ userId, username, fullName }),
    comments: getComments(thread.id),
  }));
}

/** Selects threads of a document, with the users who resolved them. */
const selectThreads = (
  { db, subject }: DocumentCheck<"comment.read">,
  state: CommentListInput["state"],
  count: number,
) =>
  db
    .select({
      id: commentThreads.id,
      anchor: commentThreads.anchor,
      createdAt: commentThreads.createdAt,
      resolvedAt: commentThreads.resolvedAt,
      userId: commentThreads.resolvedBy,
      username: users.username,
      fullName: users.fullName,
      commentCount: sql<number>`(
        select count(*)::int from ${comments} where ${comments.threadId} = ${commentThreads.id})`.as("count"),
    })
    .from(commentThreads)
    .leftJoin(users, isVisibleUser(commentThreads.resolvedBy))
    .where(
      and(
        eq(commentThreads.documentId, subject.id),
        state && (state === "open" ? isNull : isNotNull)(commentThreads.resolvedAt),
        gt(commentThreads.id, sql.placeholder("after")),
      ),
    )
    .orderBy(asc(commentThreads.id))
    .limit(count);

interface ThreadRow {
  id: string;
  anchor: StoredAnchor | null;
}

/**
 * Reads the first comments of each thread in one statement.
 * @returns A function that returns the comments of a thread.
 */
async function readFirstComments(db: Services["database"]["db"], threads: readonly ThreadRow[]) {
  const threadIds = threads.map(({ id }) => id);
  const rows = threadIds.length === 0 ? [] : await prepareFirstComments(db).execute({ threadIds });
  const byThread = Map.groupBy(
    rows.map(({ comment }) => comment),
    ({ threadId }) => threadId,
  );
  return (threadId: string) => toIdPage(byThread.get(threadId) ?? [], commentsPerThread, toComment);
}

/** Prepares the statement that reads the first comments of each of several threads. */
const prepareFirstComments = memoizePerDatabase((db) => {
  const requested = db
    .select({ threadId: sql<string>`thread_id`.as("requested_thread_id") })
    .from(sql`unnest((select ${sql.placeholder("threadIds")}::uuid[])) as list (thread_id)`)
    .as("requested");
  const comment = selectComments(db)
    .where(eq(comments.threadId, requested.threadId))
    .orderBy(asc(comments.id))
    .limit(commentsPerThread + 1)
    .as("comment");
  return db
    .select()
    .from(requested)
    .innerJoinLateral(comment, sql`true`)
    .orderBy(asc(comment.id))
    .prepare("first comments");
});

/** Resolves the anchors of threads in the current document. @returns A function that returns the anchor of a thread. */
async function resolveThreadAnchors(
  documents: Services["documents"],
  documentId: string,
  threads: readonly ThreadRow[],
): Promise<(threadId: string) => CommentAnchor | null> {
  const anchored = threads.flatMap(({ id, anchor }) => (anchor === null ? [] : [{ id, anchor }]));
  if (anchored.length === 0) return () => null;
  const anchors = await documents.read(documentId, (live) => {
    const getLine = createLineCounter(readMarkdown(live));
    const resolved = resolveAnchors(
      live.doc,
      anchored.map(({ anchor }) => anchor),
    );
    const { version } = live;
    return new Map(
      anchored.map(({ id, anchor }, index) => [
        id,
        toAnchor(anchor, resolved[index] ?? null, { version, getLine }),
      ]),
    );
  });
  return (threadId) => anchors.get(threadId) ?? null;
}

function toAnchor(
  { quote, first, last }: StoredAnchor,
  resolved: ResolvedAnchor | null,
  { version, getLine }: { version: number; getLine(offset: number): number },
): CommentAnchor {
  const ends = resolved?.anchor ?? { first, last };
  return {
    quote,
    range: resolved && { version, from: resolved.from, to: resolved.to, line: getLine(resolved.from) },
    start: { item: ends.first, assoc: 0 },
    end: { item: ends.last, assoc: -1 },
  };
}
