import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/**
 * Where a request comes from. Each trusted proxy adds the address that it was called from at the end of X-Forwarded-For,
 * so the address before the outermost one is counted from the right: what is left of it, anyone can have written.
 *
 * @param proxies How many trusted proxies there are in front (TRUST_PROXY).
 */
export function readClientAddress(request: IncomingMessage, proxies: number): string {
  const peer = request.socket.remoteAddress ?? "unknown";
  if (proxies === 0) return peer;
  const forwarded = [request.headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  const claimed = withoutPort(forwarded.slice(-proxies)[0] ?? "");
  return isIP(claimed) === 0 ? peer : claimed;
}

/** An address without the port that some proxies add. */
function withoutPort(address: string): string {
  const text = address.trim();
  const bracketed = /^\[([^\]]+)\](:\d+)?$/.exec(text)?.[1];
  return bracketed ?? text.replace(/^([\d.]+):\d+$/, "$1");
}

/** Whether it is this machine that calls. */
export function isLoopback(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\./.test(address);
}
