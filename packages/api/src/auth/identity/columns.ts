import type { Identity } from "@mdreader/contract";
import { authIdentities } from "@mdreader/db";

import type { DomainSettings } from "../../ports.ts";
import { findProviderByIssuer } from "./providers.ts";

export const identityColumns = {
  id: authIdentities.id,
  issuer: authIdentities.issuer,
  email: authIdentities.email,
  createdAt: authIdentities.createdAt,
  lastUsedAt: authIdentities.lastUsedAt,
};

export function toIdentity(settings: DomainSettings, row: Omit<Identity, "provider">): Identity {
  const provider = findProviderByIssuer(settings, row.issuer);
  return { ...row, provider: provider && { id: provider.id, name: provider.name } };
}
