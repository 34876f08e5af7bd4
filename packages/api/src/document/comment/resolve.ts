import type { EmptyResult } from "@mdreader/contract";
import { comments, commentThreads } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import { authorize, type DocumentAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { publishVersion } from "../collab/store/document-channel.ts";
import { lockActiveDocument } from "../metadata.ts";
import { logComment } from "./log-comment.ts";

type ResolveAccess = DocumentAccess<"comment.resolve">;

/**
 * Resolves a thread that the caller started, or, for editors, any thread. Resolved threads stay unchanged.
 * @throws AppError NOT_FOUND; ROLE_TOO_LOW for another person's thread.
 */
export function resolveThread(
  services: Services,
  access: ResolveAccess,
  threadId: string,
): Promise<EmptyResult> {
  return setResolved(services, access, threadId, "resolved");
}

/** Reopens a thread. Open threads stay unchanged. @throws AppError as `resolveThread`. */
export function reopenThread(
  services: Services,
  access: ResolveAccess,
  threadId: string,
): Promise<EmptyResult> {
  return setResolved(services, access, threadId, "reopened");
}

async function setResolved(
  services: Services,
  access: ResolveAccess,
  threadId: string,
  event: "resolved" | "reopened",
): Promise<EmptyResult> {
  const isResolved = event === "resolved";
  const { document, caller } = access;
  const version = await mutateWorkspace(services, "comment.resolve", access, async ({ tx, role, emit }) => {
    await lockActiveDocument(tx, document.id);
    // A thread has the ID of the comment that started it, unless that one was deleted.
    const [thread] = await tx
      .select({ resolvedAt: commentThreads.resolvedAt, starterId: comments.authorId })
      .from(commentThreads)
      .leftJoin(comments, eq(comments.id, commentThreads.id))
      .where(and(eq(commentThreads.id, threadId), eq(commentThreads.documentId, document.id)));
    if (thread === undefined) throw new AppError("NOT_FOUND");
    if (thread.starterId !== caller.userId) authorize("comment.resolveOthers", { caller, role });
    if (isResolved === (thread.resolvedAt !== null)) return null;

    await tx
      .update(commentThreads)
      .set({
        resolvedAt: isResolved ? services.clock.now().toISOString() : null,
        resolvedBy: isResolved ? caller.userId : null,
      })
      .where(eq(commentThreads.id, threadId));
    if (isResolved) emit({ kind: "comment.resolved", subjectId: document.id, subjectName: document.title });
    return logComment(tx, document.id, { event, threadId, commentId: null }, caller.userId);
  });
  if (version !== null) publishVersion(services, document.id, version);
  return { ok: true };
}
