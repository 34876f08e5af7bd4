/** Labels of the kinds of emails. */
const labels: Readonly<Record<string, string>> = {
  verifyEmail: "Email confirmation",
  resetPassword: "Password reset",
  agreeEmailChange: "Email change approval",
  proveEmail: "New email confirmation",
  emailChanged: "Email changed",
  passwordChanged: "Password changed",
  secondFactorEnabled: "Two-step verification turned on",
  secondFactorDisabled: "Two-step verification turned off",
  passkeyAdded: "Passkey added",
  passkeyRemoved: "Passkey removed",
  secondFactorReset: "Two-step verification reset",
  identityLinked: "Identity linked",
  mention: "Mention",
  invitation: "Invitation",
  accountDeleted: "Account deleted",
  accountRestored: "Account restored",
  test: "Test",
};

/** The label of a kind, or its name if a newer server has stored the email. */
export const toMailKindLabel = (kind: string): string => labels[kind] ?? kind;
