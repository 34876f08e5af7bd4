import type { WorkspaceAction } from "@mdreader/contract";

import type { Context } from "../../context.ts";
import type { WorkspaceAccess } from "../authorize.ts";
import { requireCredential } from "../identity.ts";

/** The context of a call whose access was checked. */
export interface CheckedContext<A> extends Context {
  readonly access: A;
}

/** A repeatable check of an access, and the reactions to changes. */
export interface RoleWatch<A> {
  /** Checks again. @throws AppError when the access is lost. */
  check(): Promise<A>;
  /** The document that the access applies to, if any. */
  documentId: string | undefined;
  onRoleChanged(access: A): void;
  onAccessLost(error: unknown): void;
}

/**
 * Checks the access of an open stream again whenever it may have changed, until the returned function is called.
 * A reader can be notified of a changed role. The stream of a reader who lost access ends.
 */
export function watchRole<A extends WorkspaceAccess<WorkspaceAction>>(
  ctx: CheckedContext<A>,
  { check, documentId, onRoleChanged, onAccessLost }: RoleWatch<A>,
): () => void {
  const { workspaceId, caller } = ctx.access;
  let { role } = ctx.access;
  const checkAgain = async () => {
    try {
      const current = await check();
      if (current.role === role) return;
      role = current.role;
      onRoleChanged(current);
    } catch (error) {
      onAccessLost(error);
    }
  };
  // Checks run one after another, so that the last result belongs to the last request.
  let checks = Promise.resolve();
  const requestCheck = () => {
    checks = checks.then(checkAgain);
  };
  const { userId, scopes } = caller;
  const watched = { credential: requireCredential(ctx), userId, scopes, workspaceId, documentId, role };
  return ctx.accessMonitor.watch(watched, requestCheck);
}
