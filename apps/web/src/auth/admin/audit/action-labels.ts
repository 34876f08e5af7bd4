/** What happened, as a phrase after the actor's name. */
const labels: Readonly<Record<string, string>> = {
  "account.registered": "registered",
  "account.deleted": "deleted an account",
  "account.signedIn": "signed in",
  "account.signInFailed": "failed to sign in",
  "account.signedOut": "signed out",
  "account.emailVerified": "confirmed an email address",
  "account.passwordChanged": "changed a password",
  "account.passwordReset": "reset a password",
  "account.passwordLinkCreated": "created a password link",
  "account.suspended": "suspended an account",
  "account.reactivated": "reactivated an account",
  "account.verifiedByAdmin": "confirmed an address for someone",
  "account.passwordChangeRequired": "required a new password",
  "account.sessionsEnded": "ended someone's sessions",
  "superuser.granted": "made someone an administrator",
  "superuser.revoked": "removed an administrator",
  "apiKey.created": "created an API key",
  "apiKey.revoked": "revoked an API key",
  "settings.updated": "changed server settings",
  "quota.updated": "changed a quota",
  "audit.exported": "exported the audit log",
  "workspace.created": "created a workspace",
  "workspace.deleted": "deleted a workspace",
  "workspace.restored": "restored a workspace",
  "workspace.transferred": "transferred a workspace",
  "workspace.adopted": "adopted a workspace",
  "workspace.exported": "exported a workspace",
  "member.joined": "joined a workspace",
  "member.roleChanged": "changed a role",
  "member.removed": "removed a member",
  "member.left": "left a workspace",
  "invitation.created": "invited someone",
  "invitation.revoked": "revoked an invitation",
  "share.created": "shared a document",
  "share.revoked": "revoked a shared link",
};

export const auditActionLabels = labels;

/** The phrase for an action, or its name if a newer server has recorded it. */
export const toActionLabel = (action: string): string => labels[action] ?? action;
