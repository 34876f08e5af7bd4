import { z } from "zod";

import { pageFields, createPageSchema } from "../pagination.ts";
import { id, timestamp } from "../text.ts";
import { token } from "./auth.ts";

/** The ID of an identity provider, from the name of its settings: `corp-sso` for `OIDC_CORP_SSO_ISSUER`. */
export const providerId = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "must be the ID of a provider")
  .max(40);

/** An OpenID Connect provider that people can sign in with. */
export const identityProvider = z.object({ id: providerId, name: z.string() });
export type IdentityProvider = z.infer<typeof identityProvider>;

/** The ways to sign in to this server. */
export const signInOptions = z.object({
  /** Whether the server accepts passwords. If not, accounts are created and used through a provider. */
  acceptsPasswords: z.boolean(),
  providers: z.array(identityProvider),
});
export type SignInOptions = z.infer<typeof signInOptions>;

/** An identity at a provider that is linked to an account. It is identified by its issuer and subject. */
export const identity = z.object({
  id,
  /** Null if the server's settings no longer contain the provider. */
  provider: identityProvider.nullable(),
  issuer: z.string(),
  /** The address that the provider reported when the identity was linked. */
  email: z.string().nullable(),
  createdAt: timestamp,
  lastUsedAt: timestamp.nullable(),
});
export type Identity = z.infer<typeof identity>;
export const identityListInput = z.strictObject(pageFields).prefault({});
export const identityList = createPageSchema(identity);

export const identityStartLinkInput = z.strictObject({ provider: providerId });
/** An address of this server. A browser that opens it returns to the profile page with a token for `link`. */
export const identityLinkStarted = z.object({ url: z.string() });
export const identityLinkInput = z.strictObject({ token });
export const identityUnlinkInput = z.strictObject({ id });

/** An address of this server that signs the browser out at the session's provider; null if it shouldn't be. */
export const identitySignOutUrl = z.object({ url: z.string().nullable() });
