import type { WorkspaceAction } from "@mdreader/contract";

import { createSignal } from "../../util/signal.ts";
import { getGrantedAction, type DocumentAccess, type WorkspaceAccess } from "../authorize.ts";
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
export function guardWorkspaceStream<A extends WorkspaceAction, T>(
  ctx: CheckedContext<WorkspaceAccess<A>>,
  signal: AbortSignal | undefined,
  open: OpenStream<T>,
): AsyncGenerator<T, void> {
  const { access } = ctx;
  const check = () => checkWorkspace(ctx, getGrantedAction(access), access.workspaceId).require();
  return guardStream(ctx, { check, signal }, open);
}

/**
 * Guards a stream about a document. It also ends when the document is deleted.
 *
 * @param toRoleNotice Creates the message to send when the role changes; null sends none.
 */
export function guardDocumentStream<A extends WorkspaceAction, T>(
  ctx: CheckedContext<DocumentAccess<A>>,
  signal: AbortSignal | undefined,
  open: OpenStream<T>,
  toRoleNotice?: (access: DocumentAccess<A>) => NoInfer<T> | null,
): AsyncGenerator<T, void> {
  const { access } = ctx;
  const { id: documentId } = access.document;
  const check = () => checkResource(ctx, "document", getGrantedAction(access), documentId).require();
  return guardStream(ctx, { check, signal, documentId, toRoleNotice }, open);
}

interface StreamGuard<A, T> {
  /** Checks again. @throws AppError when the access is lost. */
  check(): Promise<A>;
  signal: AbortSignal | undefined;
  documentId?: string;
  toRoleNotice?: ((access: A) => T | null) | undefined;
}

const neverAborted = new AbortController().signal;

async function* guardStream<A extends WorkspaceAccess<WorkspaceAction>, T>(
  ctx: CheckedContext<A>,
  { check, signal = neverAborted, documentId, toRoleNotice = () => null }: StreamGuard<A, T>,
  open: OpenStream<T>,
): AsyncGenerator<T, void> {
  const accessLost = new AbortController();
  const stream = open(AbortSignal.any([signal, accessLost.signal]));
  using noticeSignal = createSignal(accessLost.signal);
  const notices: T[] = [];
  const stop = watchRole(ctx, {
    check,
    documentId,
    onRoleChanged(access) {
      const notice = toRoleNotice(access);
      if (notice !== null) notices.push(notice);
      noticeSignal.notify();
    },
    onAccessLost: (error) => accessLost.abort(error),
  });
  try {
    let next = stream.next();
    for (;;) {
      const result = await Promise.race([next, noticeSignal.wait()]);
      accessLost.signal.throwIfAborted();
      yield* notices.splice(0);
      if (result === undefined) continue;
      if (result.done === true) return;
      yield result.value;
      accessLost.signal.throwIfAborted();
      next = stream.next();
    }
  } finally {
    stop();
    accessLost.abort();
    await stream.return();
  }
}
