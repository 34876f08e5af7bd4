import type { WorkspaceAction } from "@mdreader/contract";

import type { Context } from "../context.ts";
import { grantedAction, type DocumentAccess, type WorkspaceAccess } from "./authorize.ts";
import { requireCredential } from "./identity.ts";
import { checkResource, checkWorkspace } from "./resource-checks.ts";

/** Opens a stream, which must end when the signal aborts. */
type OpenStream<T> = (signal: AbortSignal) => AsyncGenerator<T, void>;

/** The context of a call whose access was checked. */
interface CheckedContext<A> extends Context {
  readonly access: A;
}

/**
 * Guards a stream about a workspace. It runs as long as the caller may perform the granted action, and then ends with
 * the error of the check.
 *
 * @param signal Ends the stream earlier.
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
 * Guards a stream about a document. It also ends when the document is deleted.
 *
 * @param toRoleNotice Creates the message to send when the role changes; null sends none.
 */
export function documentStream<A extends WorkspaceAction, T>(
  ctx: CheckedContext<DocumentAccess<A>>,
  signal: AbortSignal | undefined,
  open: OpenStream<T>,
  toRoleNotice?: (access: DocumentAccess<A>) => NoInfer<T> | null,
): AsyncGenerator<T, void> {
  const { access } = ctx;
  const { id: documentId } = access.document;
  const check = () => checkResource(ctx, "document", grantedAction(access), documentId).require();
  return guardStream(ctx, { check, signal, documentId, toRoleNotice }, open);
}

interface StreamGuard<A, T> {
  /** Checks again. @throws AppError when the access is lost. */
  check(): Promise<A>;
  signal: AbortSignal | undefined;
  documentId?: string;
  toRoleNotice?: ((access: A) => T | null) | undefined;
}

const never = new AbortController().signal;

async function* guardStream<A extends WorkspaceAccess<WorkspaceAction>, T>(
  ctx: CheckedContext<A>,
  { check, signal = never, documentId, toRoleNotice = () => null }: StreamGuard<A, T>,
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
      const notice = toRoleNotice(now);
      if (notice !== null) notices.push(notice);
    } catch (error) {
      lost.abort(error);
    }
    wake();
  };
  // Checks run one after another, so that the last result belongs to the last request.
  let checks = Promise.resolve();
  const requestCheck = () => {
    checks = checks.then(checkAgain);
  };
  const { userId, scopes } = caller;
  const watched = { credential: requireCredential(ctx), userId, scopes, workspaceId, documentId, role };
  const stop = ctx.accessMonitor.watch(watched, requestCheck);
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
