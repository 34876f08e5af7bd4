import { type Action, can, type Language, policy, type Role, type WorkspaceAction } from "@mdreader/contract";
import type { DocumentRow, FileRow, FolderRow, UploadRow } from "@mdreader/db";

import type { Caller } from "../context.ts";
import { AppError } from "../errors.ts";

/** Not exported, so that no other module can make an Access. */
const granted = Symbol("granted");

/**
 * The proof that the caller may do `A`. Services take it as a parameter: without having asked, there is nothing to pass.
 */
export interface Access<A extends Action> {
  readonly [granted]: A;
  readonly caller: Caller;
}

/** The action that was granted, for a check that is made again. */
export const grantedAction = <A extends Action>(access: Access<A>): A => access[granted];

/** What the check knows of the workspace that something lies in. */
export interface WorkspaceFacts {
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly language: Language;
}

/** May do `A` in this workspace. */
export interface WorkspaceAccess<A extends WorkspaceAction> extends Access<A>, WorkspaceFacts {
  readonly role: Role;
}

/** May do `A` with this document, whose row was read in the same statement, without its text. */
export interface DocumentAccess<A extends WorkspaceAction> extends WorkspaceAccess<A> {
  readonly document: DocumentRow;
}

/** May do `A` with this folder, whose row was read in the same statement. */
export interface FolderAccess<A extends WorkspaceAction> extends WorkspaceAccess<A> {
  readonly folder: FolderRow;
}

/** May do `A` with this file, whose row was read in the same statement. */
export interface FileAccess<A extends WorkspaceAction> extends WorkspaceAccess<A> {
  readonly file: FileRow;
}

/** May do `A` with this upload, which is the caller's own. */
export interface UploadAccess<A extends WorkspaceAction> extends WorkspaceAccess<A> {
  readonly upload: UploadRow;
}

/** What was found: the caller, and where the thing exists and the caller is a member, the role. */
export interface AccessFacts {
  readonly caller: Caller;
  readonly role: Role | null;
}

/** What was found, with the proof that it may be used. Inside a workspace, there is a role. */
type GrantedAccess<A extends Action, F extends AccessFacts> = Omit<F, "role"> &
  Access<A> & { readonly role: A extends WorkspaceAction ? Role : Role | null };

/**
 * The only place that grants access.
 *
 * @param found What the statement found; undefined when the session or key does not stand (any more).
 * @throws AppError SESSION_ENDED; NOT_FOUND for what does not exist or lies in a foreign workspace, which must look the
 *   same; ROLE_TOO_LOW; SCOPE_MISSING or ACCOUNT_SESSION_REQUIRED for an API key.
 */
export function authorize<A extends Action, F extends AccessFacts>(
  action: A,
  found: F | undefined,
): GrantedAccess<A, F> {
  if (found === undefined) throw new AppError("SESSION_ENDED");
  const { role: least, scope } = policy[action];
  if (least !== null && found.role === null) throw new AppError("NOT_FOUND");
  if (!can(found.role, action)) throw new AppError("ROLE_TOO_LOW");
  const { scopes } = found.caller;
  if (scopes !== null) {
    if (scope === "session") throw new AppError("ACCOUNT_SESSION_REQUIRED");
    if (!scopes.includes(scope)) throw new AppError("SCOPE_MISSING");
  }
  // The compiler can't follow that a workspace action without a role was refused above.
  return { ...found, [granted]: action } as unknown as GrantedAccess<A, F>;
}
