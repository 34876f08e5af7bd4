/** Order matters: user agents also name the browsers they are compatible with. */
const browsers = [
  [/mdreader/i, "MDReader CLI"],
  [/edg(e|a|ios)?\//i, "Edge"],
  [/opr\/|opera/i, "Opera"],
  [/firefox|fxios/i, "Firefox"],
  [/chrom(e|ium)|crios/i, "Chrome"],
  [/safari/i, "Safari"],
  [/node|undici/i, "Node.js"],
] as const;

const systems = [
  [/android/i, "Android"],
  [/iphone|ipad/i, "iOS"],
  [/windows/i, "Windows"],
  [/mac os/i, "macOS"],
  [/linux|x11/i, "Linux"],
] as const;

/** Describes a user agent, for example "Chrome on Linux". */
export function describeUserAgent(userAgent: string | null): string {
  if (userAgent === null) return "Unknown device";
  const browser = browsers.find(([sign]) => sign.test(userAgent))?.[1];
  const system = systems.find(([sign]) => sign.test(userAgent))?.[1];
  if (browser === undefined) return userAgent.slice(0, 60);
  return system === undefined ? browser : `${browser} on ${system}`;
}
