import type { WorkspaceAction } from "@mdreader/contract";

import type { Context } from "../context.ts";
import { actionOf, type DocumentAccess, type WorkspaceAccess } from "./authorize.ts";
import { documentGate, presented, workspaceGate } from "./gate.ts";

/** Opens a stream, which must end when the signal says so. */
type Open<T> = (signal: AbortSignal) => AsyncGenerator<T, void>;

/** What a call has whose access was checked. */
interface Checked<A> extends Context {
  readonly access: A;
}

/**
 * A stream about a workspace. It lasts as long as the caller may do what the call was granted, and then ends with the error
 * of the check.
 *
 * @param signal Ends it earlier.
 */
export function workspaceStream<A extends WorkspaceAction, T>(
  ctx: Checked<WorkspaceAccess<A>>,
  signal: AbortSignal | undefined,
  open: Open<T>,
): AsyncGenerator<T, void> {
  const { access } = ctx;
  const check = () => workspaceGate(ctx, actionOf(access), access.workspaceId).pass();
  return guarded(ctx, { check, signal }, open);
}

/**
 * The same about a document, with which it also ends.
 *
 * @param noticeOf What the stream tells of a role that has changed; nothing, where it is null.
 */
export function documentStream<A extends WorkspaceAction, T>(
  ctx: Checked<DocumentAccess<A>>,
  signal: AbortSignal | undefined,
  open: Open<T>,
  noticeOf?: (access: DocumentAccess<A>) => NoInfer<T> | null,
): AsyncGenerator<T, void> {
  const { access } = ctx;
  const { id: documentId } = access.document;
  const check = () => documentGate(ctx, actionOf(access), documentId).pass();
  return guarded(ctx, { check, signal, documentId, noticeOf }, open);
}

interface Guard<A, T> {
  /** Checks anew. @throws AppError when the access is lost. */
  check(): Promise<A>;
  signal: AbortSignal | undefined;
  documentId?: string;
  noticeOf?: ((access: A) => T | null) | undefined;
}

const never = new AbortController().signal;

async function* guarded<A extends WorkspaceAccess<WorkspaceAction>, T>(
  ctx: Checked<A>,
  { check, signal = never, documentId, noticeOf = () => null }: Guard<A, T>,
  open: Open<T>,
): AsyncGenerator<T, void> {
  const lost = new AbortController();
  const stream = open(AbortSignal.any([signal, lost.signal]));
  const notices: T[] = [];
  const { workspaceId, caller } = ctx.access;
  let { role } = ctx.access;
  let wake = () => {};
  const checkAgain = async () => {
    try {
      const now = await check();
      if (now.role === role) return;
      role = now.role;
      const notice = noticeOf(now);
      if (notice !== null) notices.push(notice);
    } catch (error) {
      lost.abort(error);
    }
    wake();
  };
  // One check after the other, so that the last one to answer is the last one that asked.
  let checks = Promise.resolve();
  const doubted = () => {
    checks = checks.then(checkAgain);
  };
  const { userId, scopes } = caller;
  const watched = { credential: presented(ctx), userId, scopes, workspaceId, documentId, role };
  const stop = ctx.accessWatch.watch(watched, doubted);
  try {
    let next = stream.next();
    for (;;) {
      const noticed = new Promise<null>((resolve) => {
        wake = () => resolve(null);
        if (notices.length > 0 || lost.signal.aborted) resolve(null);
      });
      const result = await Promise.race([next, noticed]);
      lost.signal.throwIfAborted();
      yield* notices.splice(0);
      if (result === null) continue;
      if (result.done === true) return;
      yield result.value;
      lost.signal.throwIfAborted();
      next = stream.next();
    }
  } finally {
    stop();
    lost.abort();
    await stream.return();
  }
}
