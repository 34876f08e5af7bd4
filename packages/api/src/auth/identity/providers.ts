import { AppError } from "../../errors.ts";
import type { DomainSettings, IdentityProviderSettings, Ports } from "../../ports.ts";

type SettingsPort = Pick<Ports, "settings">;

/** @throws AppError NOT_FOUND. */
export function findProvider({ settings }: SettingsPort, id: string): IdentityProviderSettings {
  const provider = settings.identityProviders.find((configured) => configured.id === id);
  if (provider === undefined) throw new AppError("NOT_FOUND");
  return provider;
}

export const findProviderByIssuer = (settings: DomainSettings, issuer: string) =>
  settings.identityProviders.find((configured) => configured.issuer === issuer) ?? null;
