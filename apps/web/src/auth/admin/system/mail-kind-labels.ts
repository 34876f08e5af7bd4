/** Labels of the kinds of emails. */
const labels: Readonly<Record<string, string>> = {
  verifyEmail: "Confirmation of an email address",
  resetPassword: "Password reset",
  agreeEmailChange: "Request to approve a new email address",
  proveEmail: "Confirmation of a new email address",
  emailChanged: "Notice of a changed email address",
  passwordChanged: "Notice of a changed password",
  secondFactorEnabled: "Notice that two-step verification was turned on",
  secondFactorDisabled: "Notice that two-step verification was turned off",
  passkeyAdded: "Notice of a new passkey",
  passkeyRemoved: "Notice of a removed passkey",
  secondFactorReset: "Notice that an administrator reset two-step verification",
  identityLinked: "Notice of a linked identity",
  mention: "Mention in a comment",
  invitation: "Invitation",
  test: "Test",
};

/** The label of a kind, or its name if a newer server has stored the email. */
export const toMailKindLabel = (kind: string): string => labels[kind] ?? kind;
