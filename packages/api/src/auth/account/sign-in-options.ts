import type { SignInOptions } from "@mdreader/contract";

import type { Ports } from "../../ports.ts";

/** The ways to sign in to this server. */
export function getSignInOptions({ settings }: Pick<Ports, "settings">): SignInOptions {
  const { acceptsPasswords, identityProviders } = settings;
  return { acceptsPasswords, providers: identityProviders.map(({ id, name }) => ({ id, name })) };
}
