import type { WorkspaceAction } from "@mdreader/contract";

import type { Context } from "../context.ts";
import { grantedAction, type DocumentAccess, type WorkspaceAccess } from "./authorize.ts";
import { checkDocument, requireCredential, checkWorkspace } from "./resource-checks.ts";

/** Opens a stream, which must end when the signal says so. */
type OpenStream<T> = (signal: AbortSignal) => AsyncGenerator<T, void>;

/** What a call has whose access was checked. */
interface CheckedContext<A> extends Context {
  readonly access: A;
}

/**
 * A stream about a workspace. It lasts as long as the caller may do what the call was granted, and then ends with the error
 * of the check.
 *
 * @param signal Ends it earlier.
 */
export function workspaceStream<A extends WorkspaceAction, T>(
  ctx: CheckedContext<WorkspaceAccess<A>>,
  signal: AbortSignal | undefined,
  open: OpenStream<T>,
): AsyncGenerator<T, void> {
  const { access } = ctx;
  const check = () => checkWorkspace(ctx, grantedAction(access), access.workspaceId).require();
  return guardStream(ctx, { check, signal }, open);
}

/**
 * The same about a document, with which it also ends.
 *
 * @param messageTypes What the stream tells of a role that has changed; nothing, where it is null.
 */
export function documentStream<A extends WorkspaceAction, T>(
  ctx: CheckedContext<DocumentAccess<A>>,
  signal: AbortSignal | undefined,
  open: OpenStream<T>,
  noticeOf?: (access: DocumentAccess<A>) => NoInfer<T> | null,
): AsyncGenerator<T, void> {
  const { access } = ctx;
  const { id: documentId } = access.document;
  const check = () => checkDocument(ctx, grantedAction(access), documentId).require();
  return guardStream(ctx, { check, signal, documentId, messageTypes: noticeOf }, open);
}

interface StreamGuard<A, T> {
  /** Checks anew. @throws AppError when the access is lost. */
  check(): Promise<A>;
  signal: AbortSignal | undefined;
  documentId?: string;
  messageTypes?: ((access: A) => T | null) | undefined;
}

const never = new AbortController().signal;

async function* guardStream<A extends WorkspaceAccess<WorkspaceAction>, T>(
  ctx: CheckedContext<A>,
  { check, signal = never, documentId, messageTypes = () => null }: StreamGuard<A, T>,
  open: OpenStream<T>,
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
      const notice = messageTypes(now);
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
  const watched = { credential: requireCredential(ctx), userId, scopes, workspaceId, documentId, role };
  const stop = ctx.accessMonitor.watch(watched, doubted);
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
