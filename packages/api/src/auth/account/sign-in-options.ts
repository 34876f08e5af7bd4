import type { SignInOptions } from "@mdreader/contract";

import type { Ports } from "../../ports.ts";
import { supportsPasskeys } from "../passkey/relying-party.ts";

/** The ways to sign in to this server. */
export function getSignInOptions(services: Pick<Ports, "settings">): SignInOptions {
  const { acceptsPasswords, identityProviders } = services.settings;
  const acceptsPasskeys = acceptsPasswords && supportsPasskeys(services);
  return {
    acceptsPasswords,
    acceptsPasskeys,
    providers: identityProviders.map(({ id, name }) => ({ id, name })),
  };
}
