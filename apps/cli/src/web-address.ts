/** Parses the address of a web page or server. Null for any other text. Node 22.0 has no `URL.parse`. */
export function parseWebAddress(address: string): URL | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url !== null && /^https?:$/.test(url.protocol) ? url : null;
}
