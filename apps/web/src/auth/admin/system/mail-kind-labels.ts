/** What an email is about. */
const labels: Readonly<Record<string, string>> = {
  verifyEmail: "Confirmation of an email address",
  resetPassword: "Password reset",
  agreeEmailChange: "Request to agree to a new email address",
  proveEmail: "Confirmation of a new email address",
  emailChanged: "Notice of a changed email address",
  passwordChanged: "Notice of a changed password",
  secondFactorEnabled: "Notice of a new second factor",
  secondFactorDisabled: "Notice of a removed second factor",
  passkeyAdded: "Notice of a new passkey",
  passkeyRemoved: "Notice of a removed passkey",
  secondFactorReset: "Notice of a second factor that an administrator removed",
  identityLinked: "Notice of a linked identity",
  mention: "Mention in a comment",
  invitation: "Invitation",
  test: "Test",
};

/** The label of a kind, or its name if a newer server has stored the email. */
export const toMailKindLabel = (kind: string): string => labels[kind] ?? kind;
