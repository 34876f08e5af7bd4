import type { EmptyResult } from "@mdreader/contract";
import { commentThreads } from "@mdreader/db";
import { and, eq, isNotNull, isNull } from "drizzle-orm";

import type { DocumentAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { publishVersion } from "../collab/store/document-channel.ts";
import { lockActiveDocument } from "../metadata.ts";
import { logComment } from "./log-comment.ts";

type ResolveAccess = DocumentAccess<"comment.resolve">;

/** Resolves a thread. Resolved threads stay unchanged. @throws AppError NOT_FOUND */
export function resolveThread(
  services: Services,
  access: ResolveAccess,
  threadId: string,
): Promise<EmptyResult> {
  return setResolved(services, access, threadId, true);
}

/** Reopens a thread. Open threads stay unchanged. @throws AppError NOT_FOUND */
export function reopenThread(
  services: Services,
  access: ResolveAccess,
  threadId: string,
): Promise<EmptyResult> {
  return setResolved(services, access, threadId, false);
}

async function setResolved(
  services: Services,
  access: ResolveAccess,
  threadId: string,
  resolved: boolean,
): Promise<EmptyResult> {
  const { document, caller } = access;
  const version = await mutateWorkspace(services, "comment.resolve", access, async ({ tx, emit }) => {
    await lockActiveDocument(tx, document.id);
    const isIt = and(eq(commentThreads.id, threadId), eq(commentThreads.documentId, document.id));
    const changed = await tx
      .update(commentThreads)
      .set({
        resolvedAt: resolved ? services.clock.now().toISOString() : null,
        resolvedBy: resolved ? caller.userId : null,
      })
      .where(and(isIt, (resolved ? isNull : isNotNull)(commentThreads.resolvedAt)))
      .returning({ id: commentThreads.id });
    if (changed.length === 0) {
      if ((await tx.$count(commentThreads, isIt)) === 0) throw new AppError("NOT_FOUND");
      return null;
    }
    if (resolved) emit({ kind: "comment.resolved", subjectId: document.id, subjectName: document.title });
    const event = resolved ? "resolved" : "reopened";
    return logComment(tx, document.id, { event, threadId, commentId: null }, caller.userId);
  });
  if (version !== null) publishVersion(services, document.id, version);
  return { ok: true };
}
