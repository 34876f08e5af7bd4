import { createId } from "@mdreader/db";

import type { VerifiedIdentity } from "../auth/identity/verified-identity.ts";
import type { IdentityProviderSettings } from "../ports.ts";
import type { TestApp } from "./app.ts";

/** Adds a provider to the settings of an app. */
export function createProvider(
  { services: { settings } }: TestApp,
  fields: Partial<IdentityProviderSettings> = {},
): IdentityProviderSettings {
  const id = `provider-${settings.identityProviders.length}`;
  const provider = {
    id,
    name: `Provider ${settings.identityProviders.length}`,
    issuer: `https://${id}.test/`,
    trustsEmail: false,
    createsAccounts: true,
    signsOut: false,
    groupRoles: [],
    ...fields,
  };
  settings.identityProviders = [...settings.identityProviders, provider];
  return provider;
}

/** An identity as a provider verifies it: somebody new, unless the fields say otherwise. */
export function createVerifiedIdentity(
  { id: provider, issuer }: IdentityProviderSettings,
  fields: Partial<VerifiedIdentity> = {},
): VerifiedIdentity {
  const subject = createId();
  return {
    provider,
    issuer,
    subject,
    email: `${subject}@example.test`,
    emailVerified: true,
    name: null,
    preferredUsername: null,
    groups: null,
    ...fields,
  };
}
