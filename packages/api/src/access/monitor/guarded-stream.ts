import type { WorkspaceAction } from "@mdreader/contract";

import { createSignal } from "../../util/signal.ts";
import { grantedAction, type DocumentAccess, type WorkspaceAccess } from "../authorize.ts";
import { checkResource, checkWorkspace } from "../resource-checks.ts";
import { type CheckedContext, watchRole } from "./watch-role.ts";

/** Opens a stream, which must end when the signal aborts. */
type OpenStream<T> = (signal: AbortSignal) => AsyncGenerator<T, void>;

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
  using noticeSignal = createSignal(lost.signal);
  const notices: T[] = [];
  const stop = watchRole(ctx, {
    check,
    documentId,
    onRoleChanged(access) {
      const notice = toRoleNotice(access);
      if (notice !== null) notices.push(notice);
      noticeSignal.notify();
    },
    onAccessLost: (error) => lost.abort(error),
  });
  try {
    let next = stream.next();
    for (;;) {
      const result = await Promise.race([next, noticeSignal.wait()]);
      lost.signal.throwIfAborted();
      yield* notices.splice(0);
      if (result === undefined) continue;
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
