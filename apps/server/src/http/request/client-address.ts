import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/**
 * Returns the address of the client. Each trusted proxy appends the address of its peer to X-Forwarded-For, so the
 * client's address is counted from the right. Everything to the left of it can be forged.
 *
 * @param proxies Number of trusted proxies in front of the server (TRUST_PROXY).
 */
export function readClientAddress(request: IncomingMessage, proxies: number): string {
  const peer = request.socket.remoteAddress ?? "unknown";
  if (proxies === 0) return peer;
  const forwarded = [request.headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  const claimed = removePort(forwarded.slice(-proxies)[0] ?? "");
  return isIP(claimed) === 0 ? peer : claimed;
}

/** Removes the port that some proxies add. */
function removePort(address: string): string {
  const text = address.trim();
  const bracketed = /^\[([^\]]+)\](:\d+)?$/.exec(text)?.[1];
  return bracketed ?? text.replace(/^([\d.]+):\d+$/, "$1");
}

/** Whether an address belongs to this machine. */
export function isLoopback(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\./.test(address);
}
