import type { WorkspaceFacts } from "./authorize.ts";
import type { Presented } from "./caller.ts";
import type { AccessWatch } from "./watch.ts";

/** What a stream's access is known by. */
interface StreamAccess extends WorkspaceFacts {
  readonly caller: { userId: string };
  readonly role: string;
}

/** What a stream is guarded with. */
export interface Guard<A extends StreamAccess> {
  watch: AccessWatch;
  credential: Presented;
  /** The access that the stream begins with. */
  access: A;
  /** The document that the stream is about, if it is about one: it ends with that. */
  documentId?: string;
  /** Checks anew. @throws AppError when the access is lost. */
  check(): Promise<A>;
  signal: AbortSignal;
}

/**
 * A stream that ends, with the error of the check, as soon as its access is lost; and that tells, where `noticeOf` makes
 * something of it, of a role that has changed.
 *
 * @param open Opens the stream. It must end when the signal that it is given says so.
 */
export async function* guarded<A extends StreamAccess, T>(
  { watch, credential, access, documentId, check, signal }: Guard<A>,
  open: (signal: AbortSignal) => AsyncGenerator<T, void>,
  noticeOf: (access: A) => T | null = () => null,
): AsyncGenerator<T, void> {
  const lost = new AbortController();
  const stream = open(AbortSignal.any([signal, lost.signal]));
  const notices: T[] = [];
  let { role } = access;
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
  const { workspaceId, caller } = access;
  const stop = watch.watch({ credential, userId: caller.userId, workspaceId, documentId, role }, doubted);
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
