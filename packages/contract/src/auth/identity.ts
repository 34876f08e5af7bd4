import { z } from "zod";

import { pageFields, createPageSchema } from "../pagination.ts";
import { roles } from "../policy.ts";
import { id, timestamp } from "../text.ts";
import { token } from "./auth.ts";
import { confirmation } from "./second-factor.ts";

/** The ID of an identity provider, from the name of its settings: `corp-sso` for `OIDC_CORP_SSO_ISSUER`. */
export const providerId = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "must be the ID of a provider")
  .max(40);

/** An OpenID Connect provider that people can sign in with. */
export const identityProvider = z.object({
  id: providerId.describe("Identifies the provider in URLs and calls, such as `corp-sso`."),
  name: z.string().describe("The provider's name, for the label of a button."),
});

/** The ways to sign in to this server. */
export const signInOptions = z.object({
  acceptsPasswords: z
    .boolean()
    .describe(
      "Whether the server accepts passwords. If not, accounts are created and used through a provider.",
    ),
  acceptsPasskeys: z
    .boolean()
    .describe(
      "Whether people can sign in with passkeys. False on a server that doesn't accept passwords, or whose address " +
        "isn't a domain.",
    ),
  providers: z
    .array(identityProvider)
    .describe("The providers to offer, in this order. Empty if there are none."),
});
export type SignInOptions = z.infer<typeof signInOptions>;

/** An identity at a provider that is linked to an account. It is identified by its issuer and subject. */
export const identity = z.object({
  id: id.describe("Identifies the link, for removing it."),
  provider: identityProvider
    .nullable()
    .describe("The provider that signs the person in. Null if the server's settings no longer contain it."),
  issuer: z.string().describe("The URL by which the provider identifies itself."),
  email: z
    .string()
    .nullable()
    .describe(
      "The address that the provider reported when the identity was linked. Null if it reported none.",
    ),
  createdAt: timestamp.describe("When the identity was linked."),
  lastUsedAt: timestamp.nullable().describe("When someone last signed in with it. Null if nobody has."),
});
export type Identity = z.infer<typeof identity>;
export const identityListInput = z.strictObject(pageFields).prefault({});
/** A role in a workspace that the groups of an identity grant. */
const grantedRole = z.object({
  workspaceId: id.describe("The workspace that the role is in."),
  workspaceName: z.string().describe("The workspace's name, as its members see it."),
  role: z.enum(roles).describe("The person's role in the workspace. Each role includes the weaker ones."),
});

export const listedIdentity = identity.extend({
  groups: z
    .array(z.string())
    .nullable()
    .describe(
      "The groups that the provider reported at the last sign-in. Null if the server's settings don't ask for them.",
    ),
  grantedRoles: z
    .array(grantedRole)
    .describe(
      "The roles that these groups granted, sorted by workspace name. Roles that people assigned or changed aren't included.",
    ),
});
export type ListedIdentity = z.infer<typeof listedIdentity>;
export const identityList = createPageSchema(listedIdentity);

export const identityStartLinkInput = z.strictObject({
  provider: providerId.describe("The provider to link, one of `signInOptions`."),
  ...confirmation,
});
export const identityLinkStarted = z.object({
  url: z
    .string()
    .describe(
      "A URL of this server. A browser that opens it returns to the profile page with a token for `link`.",
    ),
});
export const identityLinkInput = z.strictObject({
  token: token.describe("The token with which the browser returned to the profile page. It works once."),
});
export const identityUnlinkInput = z.strictObject({
  id: id.describe("The identity to unlink. It must be one of the caller's."),
});

export const identitySignOutUrl = z.object({
  url: z
    .string()
    .nullable()
    .describe(
      "A URL of this server that signs the browser out at the provider. Null if the session wasn't opened through a " +
        "provider, or the server isn't set to sign out there.",
    ),
});
