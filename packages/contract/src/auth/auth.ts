import { z } from "zod";

import { id, singleLine, personalName, secret, timestamp } from "../text.ts";

/** An email address as it is stored and compared: trimmed and lowercase. */
export const email = singleLine(3, 254).toLowerCase().pipe(z.email());
export const username = personalName(3, 50);
/** Any characters, including spaces and Unicode. Nothing is trimmed. */
export const password = secret(8, 256);
/** A token issued by the server, of any kind. */
export const token = secret(1, 4096);

export const user = z.object({
  id,
  email: z.string(),
  username: z.string(),
  fullName: z.string().nullable(),
  emailVerified: z.boolean(),
  /** When the address was verified last. */
  emailVerifiedAt: timestamp.nullable(),
  /** Whether the account is in use. Suspended accounts are not. */
  isActive: z.boolean(),
  /** Whether the user administers the instance. */
  isSuperuser: z.boolean(),
  lastLoginAt: timestamp.nullable(),
  passwordChangedAt: timestamp.nullable(),
  /** Whether the account has a password. One that was created through an identity provider has none. */
  hasPassword: z.boolean(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type User = z.infer<typeof user>;

/** A user as other members see them. */
export const person = user.pick({ id: true, username: true, fullName: true });
export type Person = z.infer<typeof person>;

/**
 * How the refresh token is delivered: `body` returns it in the response; `cookie` stores it in an HTTP-only cookie, out
 * of reach of scripts, and returns `null`.
 */
export const tokenDelivery = z.enum(["body", "cookie"]).default("body");

export const registerInput = z.strictObject({
  email,
  username,
  password,
  fullName: personalName(1, 100).nullish(),
  /** The token of an invitation to a workspace, for instances where people register by invitation. */
  invitationToken: token.optional(),
  /** The token of the link that a new server prints. It makes the account the instance's first superuser. */
  setupToken: token.optional(),
  refreshTokenDelivery: tokenDelivery,
});
export type RegisterInput = z.infer<typeof registerInput>;

export const loginInput = z.strictObject({
  email: singleLine(1, 254).toLowerCase(),
  password: secret(1, 256),
  /** Replaces the password, if `PASSWORD_CHANGE_REQUIRED` is returned without it. It has no effect otherwise. */
  newPassword: password.optional(),
  refreshTokenDelivery: tokenDelivery,
});
export type LoginInput = z.infer<typeof loginInput>;

export const tokens = z.object({
  accessToken: z.string(),
  refreshToken: z.string().nullable(),
  /** When the access token expires. */
  expiresAt: timestamp,
  /** When the session ends unless it is refreshed. Older servers omit it. */
  refreshExpiresAt: timestamp.optional(),
});
export type Tokens = z.infer<typeof tokens>;

export const signedIn = tokens.extend({ user });
export type SignedIn = z.infer<typeof signedIn>;

/** Without `refreshToken`, the one in the browser's cookie is used. */
export const refreshInput = z.strictObject({ refreshToken: token.optional() }).prefault({});

/** Signing out ends the sessions of all tokens sent: the access token, the refresh token given here, and the cookie. */
export const logoutInput = z.strictObject({ refreshToken: token.optional() }).prefault({});

export const updateProfileInput = z
  .strictObject({ username: username.optional(), fullName: personalName(1, 100).nullish() })
  .refine((input) => Object.keys(input).length > 0, "specify at least one field");
export type UpdateProfileInput = z.infer<typeof updateProfileInput>;

/** Without a password, the account gets its first one. Such a caller must have signed in within ten minutes. */
export const changePasswordInput = z.strictObject({
  currentPassword: secret(1, 256).optional(),
  newPassword: password,
});
export const requestPasswordResetInput = z.strictObject({ email });
export const resetPasswordInput = z.strictObject({ token, newPassword: password });
export const verifyEmailInput = z.strictObject({ token });
/** An account without a password omits it. Its owner must have signed in within ten minutes. */
export const deleteAccountInput = z.strictObject({ password: secret(1, 256).optional() }).prefault({});

/** The result of procedures that return nothing else. */
export const emptyResult = z.object({ ok: z.literal(true) });
export type EmptyResult = z.infer<typeof emptyResult>;
