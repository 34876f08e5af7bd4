/** In this order: browsers name others beside themselves. */
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

/** What someone is signed in with, in words, by what it says of itself. */
export function describeUserAgent(userAgent: string | null): string {
  if (userAgent === null) return "Unknown device";
  const browser = browsers.find(([sign]) => sign.test(userAgent))?.[1];
  const system = systems.find(([sign]) => sign.test(userAgent))?.[1];
  if (browser === undefined) return userAgent.slice(0, 60);
  return system === undefined ? browser : `${browser} on ${system}`;
}
