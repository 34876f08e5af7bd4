/** Scripts, styles and connections come from this server alone; documents may show pictures from elsewhere. */
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

/** Of the web app's pages. */
export function createPageHeaders(appUrl: string): Record<string, string> {
  const socket = appUrl.replace(/^http/, "ws");
  const own = [`connect-src 'self' ${socket}`, "manifest-src 'self'", "form-action 'self'"];
  return { "content-security-policy": [...policy, ...own].join("; "), ...noFraming };
}

/**
 * Of the page that shows a shared document to strangers. It opens no socket and sends no form, and its address, which is
 * all that it takes to read the document, goes to nobody: no search engine keeps it, and no site is told where a reader
 * comes from.
 */
export function createShareHeaders(): Record<string, string> {
  const own = ["connect-src 'self'", "form-action 'none'"];
  return {
    "content-security-policy": [...policy, ...own].join("; "),
    ...noFraming,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow, noarchive",
  };
}

/**
 * What draws diagrams needs inline styles. It gets them in a page that has no origin: whatever a diagram makes it do
 * there, it reaches no cookie, no storage and no connection.
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
