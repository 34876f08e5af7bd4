import ipaddr from "ipaddr.js";

import type { Ports } from "../../ports.ts";

/** The relying party of passkeys: the domain of the server's address, and the only origin at which they are accepted. */
interface RelyingParty {
  id: string;
  origin: string;
  name: string;
}

export function createRelyingParty({ settings }: Pick<Ports, "settings">): RelyingParty {
  const { hostname, origin } = new URL(settings.appUrl);
  return { id: hostname, origin, name: "MDReader" };
}

/** Whether browsers can create passkeys for the server's address. They can't for an IP address. */
export function supportsPasskeys(services: Pick<Ports, "settings">): boolean {
  const { id } = createRelyingParty(services);
  return !ipaddr.isValid(id.replaceAll(/[[\]]/g, ""));
}
