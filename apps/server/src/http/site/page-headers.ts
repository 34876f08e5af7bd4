/** Scripts, styles and connections are restricted to this server. Documents may embed images from other sites. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob: https:",
  "font-src 'self'",
  "worker-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

const noFraming = {
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
};

/**
 * Creates the headers of the web app's pages.
 * @param uploadOrigin The storage that browsers send files to directly, or null. Files are received from this server.
 */
export function createPageHeaders(appUrl: string, uploadOrigin: string | null): Record<string, string> {
  const connections = ["'self'", appUrl.replace(/^http/, "ws"), uploadOrigin ?? []].flat();
  const directives = [`connect-src ${connections.join(" ")}`, "manifest-src 'self'", "form-action 'self'"];
  return { "content-security-policy": [...policy, ...directives].join("; "), ...noFraming };
}

/**
 * Creates the headers of the public page of a shared document. The page opens no socket and submits no form. Its
 * address is a secret, so search engines must not index it, and links must not send it as the referrer.
 */
export function createShareHeaders(): Record<string, string> {
  const directives = ["connect-src 'self'", "form-action 'none'"];
  return {
    "content-security-policy": [...policy, ...directives].join("; "),
    ...noFraming,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow, noarchive",
  };
}

/**
 * Creates the headers of the diagram frame. The diagram renderer needs inline styles, so it runs in a frame with an
 * opaque origin, without access to cookies, storage or the network.
 */
export function createFrameHeaders(appUrl: string): Record<string, string> {
  const { origin } = new URL(appUrl);
  const sandboxed = [
    "sandbox allow-scripts",
    "default-src 'none'",
    `script-src 'self' ${origin}`,
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ];
  return { "content-security-policy": sandboxed.join("; ") };
}
