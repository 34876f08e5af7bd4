import { type Action, can, type Language, policy, type Role, type WorkspaceAction } from "@mdreader/contract";

import { AppError, createRoleError } from "../errors.ts";
import type { Caller } from "./identity.ts";
import type { ResourceKind, ResourceRow } from "./resources.ts";

/** Not exported, so that no other module can create an Access. */
const granted = Symbol("granted");

/** Proof that the caller may perform `A`. Services take it as a parameter, so they cannot be called without a check. */
export interface Access<A extends Action> {
  readonly [granted]: A;
  readonly caller: Caller;
}

/** Returns the granted action, so that the check can be repeated. */
export const getGrantedAction = <A extends Action>(access: Access<A>): A => access[granted];

/** Facts about the resource's workspace that the check reads. */
export interface WorkspaceFacts {
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly language: Language;
}

/** Permission to perform `A` in this workspace. */
export interface WorkspaceAccess<A extends WorkspaceAction> extends Access<A>, WorkspaceFacts {
  readonly role: Role;
}

/** Permission to perform `A` on a resource, such as `document`. Its row was read by the same statement. */
export type ResourceAccess<Kind extends ResourceKind, A extends WorkspaceAction> = WorkspaceAccess<A> & {
  readonly [Name in Kind]: ResourceRow<Kind>;
};
export type DocumentAccess<A extends WorkspaceAction> = ResourceAccess<"document", A>;
export type FolderAccess<A extends WorkspaceAction> = ResourceAccess<"folder", A>;
export type FileAccess<A extends WorkspaceAction> = ResourceAccess<"file", A>;
export type UploadAccess<A extends WorkspaceAction> = ResourceAccess<"upload", A>;

/** Facts that the check read: the caller, and their role if the resource exists and they are a member. */
export interface AccessFacts {
  readonly caller: Caller;
  readonly role: Role | null;
  /** Whether the caller administers the instance. Read only by checks of actions on the instance. */
  readonly isSuperuser?: boolean;
  /** Whether the workspace requires a second factor that the caller's session or key doesn't have. */
  readonly lacksRequiredFactor?: boolean;
}

/** The facts with the proof that they may be used. Inside a workspace, the role is set. */
type GrantedAccess<A extends Action, F extends AccessFacts> = F &
  Access<A> & { readonly role: A extends WorkspaceAction ? Role : Role | null };

/**
 * Grants access. No other function does.
 *
 * @param facts The facts that the statement read; undefined when the session or key is not valid.
 * @throws AppError SESSION_ENDED; NOT_FOUND, both for missing resources and for resources in other workspaces, which
 *   must look the same; ROLE_TOO_LOW; SUPERUSER_REQUIRED; SECOND_FACTOR_SETUP_REQUIRED;
 *   WORKSPACE_SECOND_FACTOR_REQUIRED; SCOPE_MISSING, ACCOUNT_SESSION_REQUIRED or KEY_LIMITED_TO_WORKSPACE for an API key.
 */
export function authorize<A extends Action, F extends AccessFacts>(
  action: A,
  facts: F | undefined,
): GrantedAccess<A, F> {
  if (facts === undefined) throw new AppError("SESSION_ENDED");
  const {
    role: minRole,
    scope,
    allowsLimitedKeys,
    precedesSecondFactor,
    allowsMissingFactor,
  } = policy[action];
  if (facts.caller.needsSecondFactor && precedesSecondFactor !== true) {
    throw new AppError("SECOND_FACTOR_SETUP_REQUIRED");
  }
  if (minRole === "superuser") {
    if (facts.isSuperuser !== true) throw new AppError("SUPERUSER_REQUIRED");
  } else if (minRole !== null) {
    if (facts.role === null) throw new AppError("NOT_FOUND");
    if (facts.lacksRequiredFactor === true && allowsMissingFactor !== true) {
      throw new AppError("WORKSPACE_SECOND_FACTOR_REQUIRED");
    }
    if (!can(facts.role, action)) throw createRoleError({ requiredRole: minRole, currentRole: facts.role });
  }
  const { scopes, keyWorkspaceId } = facts.caller;
  if (scopes !== null) {
    if (scope === "session") throw new AppError("ACCOUNT_SESSION_REQUIRED");
    if (!scopes.includes(scope)) throw new AppError("SCOPE_MISSING");
    const isInWorkspace = minRole !== null && minRole !== "superuser";
    if (!isInWorkspace && keyWorkspaceId !== null && allowsLimitedKeys !== true) {
      throw new AppError("KEY_LIMITED_TO_WORKSPACE");
    }
  }
  // The compiler cannot infer that a workspace action without a role was refused above.
  return { ...facts, [granted]: action } as unknown as GrantedAccess<A, F>;
}
