import { z } from "zod";

import { id, singleLine, personalName, secret, timestamp } from "../text.ts";
import { passkeyAssertion } from "../webauthn.ts";

/** An email address as it is stored and compared: trimmed and lowercase. */
export const email = singleLine(3, 254).toLowerCase().pipe(z.email());
export const username = personalName(3, 50);
/** Any characters, including spaces and Unicode. Nothing is trimmed. */
export const password = secret(8, 256);
/** A token issued by the server, of any kind. */
export const token = secret(1, 4096);

/** A code of an authenticator app, or a recovery code, as people type them. */
export const secondFactorCode = singleLine(6, 64);
/** The code that confirms a sensitive action. */
export const confirmationCode = secondFactorCode
  .optional()
  .describe("A code of the account's second factor. Required if it has one, unless `passkey` is sent.");
/** The passkey that confirms a sensitive action. */
export const confirmationPasskey = passkeyAssertion
  .optional()
  .describe(
    "A passkey's answer to `auth.passkey.startConfirmation`. It replaces both the password and the code.",
  );

export const user = z.object({
  id: id.describe("Identifies the user. It never changes."),
  email: z
    .string()
    .describe("The address to sign in with, in lowercase. Other members of a workspace see it."),
  username: z.string().describe("The unique name by which others see and mention the user."),
  fullName: z.string().nullable().describe("The user's own name. Null if they gave none."),
  emailVerified: z
    .boolean()
    .describe("Whether the user has confirmed that they receive mail at this address."),
  emailVerifiedAt: timestamp
    .nullable()
    .describe(
      "When the address was last verified. Null if it is not, or was verified by a server that did not record it.",
    ),
  isActive: z.boolean().describe("Whether the account can be used. False while it is suspended."),
  isSuperuser: z.boolean().describe("Whether the user administers the instance."),
  lastLoginAt: timestamp
    .nullable()
    .describe("When the user last signed in. Null if that was never recorded."),
  passwordChangedAt: timestamp
    .nullable()
    .describe("When the password was last set. Null if there is none, or it is older than this record."),
  hasPassword: z
    .boolean()
    .describe(
      "Whether the account has a password. One that was created through an identity provider has none.",
    ),
  createdAt: timestamp.describe("When the account was created."),
  updatedAt: timestamp.describe("When the account's own data last changed."),
});
export type User = z.infer<typeof user>;

/** A user as other members see them. */
export const person = user.pick({ id: true, username: true, fullName: true });
export type Person = z.infer<typeof person>;

/** The delivery of the refresh token. */
export const tokenDelivery = z
  .enum(["body", "cookie"])
  .default("body")
  .describe(
    "`body` returns the refresh token in the response. `cookie` stores it in an HTTP-only cookie, out of reach of scripts, " +
      "and returns null; it works over HTTP only.",
  );

export const registerInput = z.strictObject({
  email: email.describe("The address to sign in with. It is trimmed and stored in lowercase."),
  username: username.describe("The unique name by which others see and mention the user."),
  password: password.describe("Any characters, including spaces. Nothing is trimmed."),
  fullName: personalName(1, 100).nullish().describe("The user's own name, shown beside the username."),
  invitationToken: token
    .optional()
    .describe("The token of an invitation to a workspace. Required where people register by invitation."),
  setupToken: token
    .optional()
    .describe("The token of the link that a new server prints. It makes the account the first superuser."),
  refreshTokenDelivery: tokenDelivery,
});
export type RegisterInput = z.infer<typeof registerInput>;

export const loginInput = z.strictObject({
  email: singleLine(1, 254).toLowerCase().describe("The address of the account, in any case."),
  password: secret(1, 256).describe("The account's current password."),
  newPassword: password
    .optional()
    .describe(
      "Replaces the password if the call fails with `PASSWORD_CHANGE_REQUIRED` without it. It has no effect otherwise.",
    ),
  code: secondFactorCode
    .optional()
    .describe(
      "A code of the authenticator app, or a recovery code, if the call fails with `SECOND_FACTOR_REQUIRED` without it.",
    ),
  passkey: passkeyAssertion
    .optional()
    .describe("A passkey's answer to `auth.passkey.startSecondFactor`, instead of a code."),
  refreshTokenDelivery: tokenDelivery,
});
export type LoginInput = z.infer<typeof loginInput>;

export const tokens = z.object({
  accessToken: z.string().describe("Authenticates calls until `expiresAt`, as a bearer token."),
  refreshToken: z
    .string()
    .nullable()
    .describe("Gets the next tokens, once. Null if it was stored in a cookie instead."),
  expiresAt: timestamp.describe("When the access token expires."),
  refreshExpiresAt: timestamp
    .optional()
    .describe("When the session ends unless it is refreshed before. Older servers omit it."),
});
export type Tokens = z.infer<typeof tokens>;

export const signedIn = tokens.extend({ user: user.describe("The user who is now signed in.") });
export type SignedIn = z.infer<typeof signedIn>;

export const refreshInput = z
  .strictObject({
    refreshToken: token
      .optional()
      .describe(
        "The newest refresh token of the session. Without it, the one in the browser's cookie is used.",
      ),
  })
  .prefault({});

export const logoutInput = z
  .strictObject({
    refreshToken: token
      .optional()
      .describe("Ends the session of this token as well, so that an expired access token is no obstacle."),
  })
  .prefault({});

export const updateProfileInput = z
  .strictObject({
    username: username.optional().describe("The new username. Without it, the name stays."),
    fullName: personalName(1, 100)
      .nullish()
      .describe("The new full name; null removes it. Without it, the name stays."),
  })
  .refine((input) => Object.keys(input).length > 0, "specify at least one field");
export type UpdateProfileInput = z.infer<typeof updateProfileInput>;

export const changePasswordInput = z.strictObject({
  currentPassword: secret(1, 256)
    .optional()
    .describe(
      "Omitted by an account without a password, whose owner must have signed in within ten minutes.",
    ),
  newPassword: password.describe("Any characters, including spaces. Nothing is trimmed."),
  code: confirmationCode,
  passkey: confirmationPasskey,
});
export const requestPasswordResetInput = z.strictObject({
  email: email.describe("The address of the account. The response does not reveal whether there is one."),
});
export const resetPasswordInput = z.strictObject({
  token: token.describe("The token in the link of the email. It works once."),
  newPassword: password.describe("Any characters, including spaces. Nothing is trimmed."),
});
export const verifyEmailInput = z.strictObject({
  token: token.describe("The token in the link of the email. It works once."),
});
const confirmationFields = {
  password: secret(1, 256)
    .optional()
    .describe(
      "Omitted by an account without a password, whose owner must have signed in within ten minutes.",
    ),
  code: confirmationCode,
  passkey: confirmationPasskey,
};
export const deleteAccountInput = z.strictObject(confirmationFields).prefault({});

/** The result of procedures that return nothing else. */
export const emptyResult = z.object({
  ok: z.literal(true).describe("Always true. A call that fails gives an error instead."),
});
export type EmptyResult = z.infer<typeof emptyResult>;

export const exportAccountInput = z.strictObject(confirmationFields).prefault({});
export const accountExportLink = z.object({
  url: z
    .string()
    .describe("The URL of the zip archive, relative to the server's address. A GET downloads it."),
  expiresAt: timestamp.describe("When the URL stops working. A download that has begun continues."),
});
export type AccountExportLink = z.infer<typeof accountExportLink>;

export const accountDeletion = emptyResult.extend({
  purgeAt: timestamp
    .nullable()
    .describe(
      "When the account is purged. Until then, a superuser can restore it. Null if it was purged immediately.",
    ),
});
export type AccountDeletion = z.infer<typeof accountDeletion>;
