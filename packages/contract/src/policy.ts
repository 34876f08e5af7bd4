/**
 * The access policy, as data. The server enforces this table and nothing else. User interfaces use the same `can`.
 *
 * An action names a verb on a resource. `role` is the lowest role in the resource's workspace that permits it; `null`
 * marks actions on the caller's own account, outside any workspace; `superuser` marks actions on the instance, which
 * only its superusers can perform. Superusers have no permission in workspaces. `scope` is the scope that an API key
 * needs; `session` marks actions that no API key can perform. An API key that is limited to a workspace can act in that
 * workspace, and outside of workspaces only where `allowsLimitedKeys` says so. `allowsMissingFactor` marks what members may
 * do without the second factor that the workspace requires.
 */
const table = {
  "account.read": { role: null, scope: "read", allowsLimitedKeys: true, precedesSecondFactor: true },
  /** Permitted to a session that must set up a second factor before anything else. */
  "account.secureSignIn": { role: null, scope: "session", precedesSecondFactor: true },
  "account.manage": { role: null, scope: "session" },
  "account.listConnections": { role: null, scope: "read" },
  /** A key that is limited to a workspace finds only that one. */
  "account.listWorkspaces": { role: null, scope: "read", allowsLimitedKeys: true },
  "account.createWorkspace": { role: null, scope: "manage" },
  "account.acceptInvitation": { role: null, scope: "session" },

  "user.list": { role: "superuser", scope: "instance" },
  "user.suspend": { role: "superuser", scope: "instance" },
  "user.reactivate": { role: "superuser", scope: "instance" },
  "user.verify": { role: "superuser", scope: "instance" },
  "user.cancelEmailChange": { role: "superuser", scope: "instance" },
  "user.requirePasswordChange": { role: "superuser", scope: "instance" },
  "user.resetSecondFactor": { role: "superuser", scope: "instance" },
  "user.endSessions": { role: "superuser", scope: "instance" },
  "user.listHoldings": { role: "superuser", scope: "instance" },
  "user.handOver": { role: "superuser", scope: "session" },
  "user.delete": { role: "superuser", scope: "instance" },
  "user.restore": { role: "superuser", scope: "instance" },
  "user.purge": { role: "superuser", scope: "session" },
  "user.updateSuperuser": { role: "superuser", scope: "session" },
  "instance.listWorkspaces": { role: "superuser", scope: "instance" },
  "instance.adoptWorkspace": { role: "superuser", scope: "session" },
  "instance.updateQuota": { role: "superuser", scope: "instance" },
  "settings.read": { role: "superuser", scope: "instance" },
  "settings.update": { role: "superuser", scope: "instance" },
  "system.read": { role: "superuser", scope: "instance" },
  "system.retryJob": { role: "superuser", scope: "instance" },
  "system.sendTestMail": { role: "superuser", scope: "instance" },
  "system.listMails": { role: "superuser", scope: "instance" },
  /** Links of emails give access to accounts. */
  "system.openMail": { role: "superuser", scope: "session" },
  "audit.read": { role: "superuser", scope: "instance" },
  "audit.export": { role: "superuser", scope: "instance" },

  "workspace.read": { role: "viewer", scope: "read" },
  "workspace.leave": { role: "viewer", scope: "manage", allowsMissingFactor: true },
  "workspace.update": { role: "admin", scope: "manage" },
  /** Only people who have a second factor themselves. */
  "workspace.requireSecondFactor": { role: "owner", scope: "session" },
  "workspace.delete": { role: "owner", scope: "manage" },
  "workspace.restore": { role: "owner", scope: "manage" },
  "workspace.transfer": { role: "owner", scope: "session" },
  "workspace.readActivity": { role: "viewer", scope: "read" },

  /** Why the caller may or may not perform an action. */
  "access.explain": { role: "viewer", scope: "read" },
  /** Why other people may or may not. */
  "access.explainOthers": { role: "admin", scope: "manage" },

  "member.list": { role: "viewer", scope: "read" },
  "member.add": { role: "admin", scope: "manage" },
  "member.updateRole": { role: "admin", scope: "manage" },
  "member.remove": { role: "admin", scope: "manage" },

  /** API keys that belong to the workspace. */
  "apiKey.list": { role: "admin", scope: "manage" },
  "apiKey.create": { role: "admin", scope: "session" },
  "apiKey.revoke": { role: "admin", scope: "manage" },

  "invitation.list": { role: "admin", scope: "manage" },
  "invitation.create": { role: "admin", scope: "manage" },
  "invitation.revoke": { role: "admin", scope: "manage" },

  "document.read": { role: "viewer", scope: "read" },
  "document.search": { role: "viewer", scope: "read" },
  "document.readHistory": { role: "viewer", scope: "read" },
  "document.create": { role: "editor", scope: "write" },
  "document.update": { role: "editor", scope: "write" },
  "document.nameVersion": { role: "editor", scope: "write" },
  "document.restoreVersion": { role: "editor", scope: "write" },
  "document.import": { role: "editor", scope: "write" },
  "document.export": { role: "viewer", scope: "read" },
  "document.duplicate": { role: "editor", scope: "write" },
  "document.updateLinks": { role: "editor", scope: "write" },
  "document.move": { role: "editor", scope: "write" },
  "document.delete": { role: "editor", scope: "write" },
  "document.readTrash": { role: "editor", scope: "read" },
  "document.restore": { role: "editor", scope: "write" },
  "document.purge": { role: "admin", scope: "manage" },

  /** The caller's own lists of documents. */
  "favorite.list": { role: "viewer", scope: "read" },
  "favorite.update": { role: "viewer", scope: "write" },
  "visit.list": { role: "viewer", scope: "read" },
  "visit.record": { role: "viewer", scope: "write" },

  "comment.read": { role: "viewer", scope: "read" },
  "comment.create": { role: "commenter", scope: "write" },
  "comment.update": { role: "commenter", scope: "write" },
  "comment.delete": { role: "commenter", scope: "write" },
  "comment.resolve": { role: "commenter", scope: "write" },
  /** Resolving and reopening threads that other people started. */
  "comment.resolveOthers": { role: "editor", scope: "write" },
  /** Deleting other people's comments. */
  "comment.moderate": { role: "admin", scope: "manage" },

  "share.list": { role: "editor", scope: "read" },
  "share.create": { role: "admin", scope: "manage" },
  "share.revoke": { role: "admin", scope: "manage" },

  "folder.read": { role: "viewer", scope: "read" },
  "folder.create": { role: "editor", scope: "write" },
  "folder.update": { role: "editor", scope: "write" },
  "folder.delete": { role: "editor", scope: "write" },
  "folder.restore": { role: "editor", scope: "write" },

  "file.read": { role: "viewer", scope: "read" },
  "file.upload": { role: "editor", scope: "write" },
  "file.move": { role: "editor", scope: "write" },
  "file.delete": { role: "editor", scope: "write" },
  "file.restore": { role: "editor", scope: "write" },
  "file.purge": { role: "admin", scope: "manage" },
} as const satisfies Record<string, PolicyRow>;

/** The permission that an action requires. */
export interface PolicyRow {
  role: Role | "superuser" | null;
  scope: Scope | "session";
  /** Set for actions outside of workspaces that an API key limited to a workspace can perform. */
  allowsLimitedKeys?: true;
  /** Set for what a session may do that must set up a second factor before anything else. */
  precedesSecondFactor?: true;
  /** Set for actions in a workspace that members can perform without the second factor that it requires. */
  allowsMissingFactor?: true;
}

/** Roles in a workspace, weakest first. Each includes the permissions of the previous ones. */
export const roles = ["viewer", "commenter", "editor", "admin", "owner"] as const;
export type Role = (typeof roles)[number];

/** Roles of keys that belong to a workspace, weakest first. */
export const keyRoles = ["viewer", "commenter", "editor", "admin"] as const satisfies readonly Role[];

/**
 * Scopes of API keys. A key has any set of these; none includes another. `instance` is for actions of superusers, and
 * works only while the key's owner is one.
 */
export const scopes = ["read", "write", "manage", "instance"] as const;
export type Scope = (typeof scopes)[number];

/** Scopes of keys that belong to a workspace. */
export const workspaceScopes = ["read", "write", "manage"] as const satisfies readonly Scope[];

export type Action = keyof typeof table;

/** An action of users on their own account. */
export type AccountAction = { [A in Action]: (typeof table)[A]["role"] extends null ? A : never }[Action];
/** An action of superusers on the instance. */
export type InstanceAction = {
  [A in Action]: (typeof table)[A]["role"] extends "superuser" ? A : never;
}[Action];
/** An action inside a workspace, which needs a role. */
export type WorkspaceAction = Exclude<Action, AccountAction | InstanceAction>;

/** All actions inside a workspace. */
export const workspaceActions: readonly WorkspaceAction[] = Object.keys(table).filter(isWorkspaceAction);

function isWorkspaceAction(name: string): name is WorkspaceAction {
  const row: PolicyRow | undefined = Object.entries(table).find(([action]) => action === name)?.[1];
  return row !== undefined && row.role !== null && row.role !== "superuser";
}

/** The lowest role that permits an action inside a workspace. */
export const getRequiredRole = (action: WorkspaceAction): Role => table[action].role;

/** The whole table, for documentation and tests. */
export const policy: Readonly<Record<Action, PolicyRow>> = table;

/** Whether `role` is at least as strong as `minRole`. A role that only newer versions know counts as viewer. */
export function isAtLeast(role: Role, minRole: Role): boolean {
  return Math.max(roles.indexOf(role), 0) >= roles.indexOf(minRole);
}

/**
 * Whether someone with `role` in a workspace may perform `action` there. Without a role (`null`), only account actions
 * are permitted. Actions on the instance depend on no role, so they are never permitted by one.
 */
export function can(role: Role | null, action: Action): boolean {
  const minRole = policy[action].role;
  if (minRole === "superuser") return false;
  return minRole === null || (role !== null && isAtLeast(role, minRole));
}

/** The lowest role that may assign, change or remove the role `other`: owners any, admins those below their own. */
export const getRoleToManage = (other: Role): Role => (isAtLeast(other, "admin") ? "owner" : "admin");

/** Whether someone with role `own` may assign, change or remove the role `other`. */
export function canManageRole(callerRole: Role, other: Role): boolean {
  return isAtLeast(callerRole, getRoleToManage(other));
}
