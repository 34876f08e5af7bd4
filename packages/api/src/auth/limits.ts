import ipaddr from "ipaddr.js";

import type { Context } from "../context.ts";

/**
 * What attempts are counted by. Whoever has an IPv6 address has 2^64 of them, so those count by their network.
 */

/** Where the caller calls from, as far as counting goes: an IPv4 address, or the /64 network of an IPv6 address. */
export function clientNetworkKey({ request }: Pick<Context, "request">): string {
  return toNetwork(request.ipAddress);
}

/** An account as tried from one network: a stranger who fails elsewhere does not lock its owner out. */
export function accountNetworkKey(ctx: Pick<Context, "request">, email: string): string {
  return `${email} ${clientNetworkKey(ctx)}`;
}

/** @param address An IP address; what is none counts as it stands. */
export function toNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  // An IPv4 address may come wrapped in an IPv6 one.
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString()}/64`;
}
