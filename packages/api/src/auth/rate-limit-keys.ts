import ipaddr from "ipaddr.js";

import type { Context } from "../context.ts";

/** Keys of rate limits. The holder of an IPv6 address has 2^64 of them, so IPv6 clients are counted by network. */

/** The client's network, for counting: an IPv4 address, or the /64 network of an IPv6 address. */
export function clientNetworkKey({ request }: Pick<Context, "request">): string {
  return toNetwork(request.ipAddress);
}

/** An account as seen from one network, so that failures elsewhere do not lock out its owner. */
export function accountNetworkKey(ctx: Pick<Context, "request">, email: string): string {
  return `${email} ${clientNetworkKey(ctx)}`;
}

/** @param address An IP address; any other string is returned unchanged. */
export function toNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  // IPv4 addresses may be mapped to IPv6.
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString()}/64`;
}
