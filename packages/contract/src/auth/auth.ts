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
  .describe(
    "A code from the account's second factor. Required if the account has one, unless `passkey` is sent.",
  );
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
    .describe(
      "The email address for signing in, in lowercase. Other members of the user's workspaces see it.",
    ),
  username: z.string().describe("The unique name by which others see and mention the user."),
  fullName: z.string().nullable().describe("The user's full name. Null if they haven't set one."),
  emailVerified: z
    .boolean()
    .describe("Whether the user has confirmed that they receive mail at this address."),
  emailVerifiedAt: timestamp
    .nullable()
    .describe(
      "When the address was last verified. Null if it isn't verified, or was verified before this was recorded.",
    ),
  isActive: z.boolean().describe("Whether the account can be used. False while it is suspended."),
  isSuperuser: z.boolean().describe("Whether the user administers the instance."),
  lastLoginAt: timestamp
    .nullable()
    .describe("When the user last signed in. Null if that was never recorded."),
  passwordChangedAt: timestamp
    .nullable()
    .describe(
      "When the password was last set. Null if there is none, or it was set before this was recorded.",
    ),
  hasPassword: z
    .boolean()
    .describe(
      "Whether the account has a password. An account that was created through an identity provider has none at " +
        "first.",
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
  email: email.describe("The email address for signing in. It is trimmed and stored in lowercase."),
  username: username.describe("The unique name by which others see and mention the user."),
  password: password.describe("Any characters, including spaces. Nothing is trimmed."),
  fullName: personalName(1, 100).nullish().describe("The user's full name, shown next to the username."),
  invitationToken: token
    .optional()
    .describe(
      "The token of an invitation to a workspace. Required if people can register only by invitation.",
    ),
  setupToken: token
    .optional()
    .describe(
      "The token from the setup link that a new server prints. It makes the account the first superuser.",
    ),
  refreshTokenDelivery: tokenDelivery,
});
export type RegisterInput = z.infer<typeof registerInput>;

export const loginInput = z.strictObject({
  email: singleLine(1, 254).toLowerCase().describe("The account's email address, case-insensitive."),
  password: secret(1, 256).describe("The account's current password."),
  newPassword: password
    .optional()
    .describe(
      "The new password, required if the call fails with `PASSWORD_CHANGE_REQUIRED`. Otherwise, it has no effect.",
    ),
  code: secondFactorCode
    .optional()
    .describe(
      "A code from the authenticator app, or a recovery code. Required if the call fails with " +
        "`SECOND_FACTOR_REQUIRED`.",
    ),
  passkey: passkeyAssertion
    .optional()
    .describe("A passkey's answer to `auth.passkey.startSecondFactor`, instead of a code."),
  refreshTokenDelivery: tokenDelivery,
});
export type LoginInput = z.infer<typeof loginInput>;

export const tokens = z.object({
  accessToken: z.string().describe("Authenticates calls as a bearer token until `expiresAt`."),
  refreshToken: z
    .string()
    .nullable()
    .describe("Gets the next tokens, once. Null if it was stored in a cookie instead."),
  expiresAt: timestamp.describe("When the access token expires."),
  refreshExpiresAt: timestamp
    .optional()
    .describe("When the session ends if it isn't refreshed. Older servers omit it."),
});
export type Tokens = z.infer<typeof tokens>;

export const signedIn = tokens.extend({ user: user.describe("The user who is now signed in.") });
export type SignedIn = z.infer<typeof signedIn>;

export const refreshInput = z
  .strictObject({
    refreshToken: token
      .optional()
      .describe(
        "The newest refresh token of the session. If omitted, the one in the browser's cookie is used.",
      ),
  })
  .prefault({});

export const logoutInput = z
  .strictObject({
    refreshToken: token
      .optional()
      .describe("Also ends the session of this token. This works even if the access token has expired."),
  })
  .prefault({});

export const updateProfileInput = z
  .strictObject({
    username: username.optional().describe("The new username. If omitted, the username doesn't change."),
    fullName: personalName(1, 100)
      .nullish()
      .describe("The new full name; null removes it. If omitted, the name doesn't change."),
  })
  .refine((input) => Object.keys(input).length > 0, "specify at least one field");
export type UpdateProfileInput = z.infer<typeof updateProfileInput>;

export const changePasswordInput = z.strictObject({
  currentPassword: secret(1, 256)
    .optional()
    .describe(
      "Omit it for an account without a password, whose owner must have signed in within the last ten minutes.",
    ),
  newPassword: password.describe("Any characters, including spaces. Nothing is trimmed."),
  code: confirmationCode,
  passkey: confirmationPasskey,
});
export const requestPasswordResetInput = z.strictObject({
  email: email.describe(
    "The account's email address. The response doesn't reveal whether the account exists.",
  ),
});
export const resetPasswordInput = z.strictObject({
  token: token.describe("The token from the link in the email. It works once."),
  newPassword: password.describe("Any characters, including spaces. Nothing is trimmed."),
});
export const verifyEmailInput = z.strictObject({
  token: token.describe("The token from the link in the email. It works once."),
});
const confirmationFields = {
  password: secret(1, 256)
    .optional()
    .describe(
      "Omit it for an account without a password, whose owner must have signed in within the last ten minutes.",
    ),
  code: confirmationCode,
  passkey: confirmationPasskey,
};
export const deleteAccountInput = z.strictObject(confirmationFields).prefault({});

/** The result of procedures that return nothing else. */
export const emptyResult = z.object({
  ok: z.literal(true).describe("Always true. A call that fails returns an error instead."),
});
export type EmptyResult = z.infer<typeof emptyResult>;

export const exportAccountInput = z.strictObject(confirmationFields).prefault({});
export const accountExportLink = z.object({
  url: z
    .string()
    .describe("The URL of the zip archive, relative to the server's address. A GET downloads it."),
  expiresAt: timestamp.describe("When the URL expires. A download that has started continues."),
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
