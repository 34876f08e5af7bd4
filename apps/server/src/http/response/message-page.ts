import type { IncomingMessage } from "node:http";

import { escapeHtml } from "../../adapters/mail/templates.ts";
import type { Headers } from "./headers.ts";

/** A page for people whose browser gets no page of the web app. */
export interface MessagePage {
  /** The name of its tab. */
  name: string;
  title: string;
  text: string;
  /** Loads the address again after this time. Without it, the page stays. */
  reloadAfterSeconds?: number;
}

/** Whether a browser opens a page: its requests for images and from scripts don't ask for HTML. */
export const wantsPage = ({ method, headers: { accept } }: IncomingMessage): boolean =>
  (method === "GET" || method === "HEAD") && accept?.includes("text/html") === true;

/** The page runs nothing, and only its own styles apply. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

const styles = `
  :root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; }
  body { max-width: 32rem; margin: 20vh auto; padding: 0 1.25rem; background: light-dark(#fdfcfb, #191a1f); color: light-dark(#22242a, #e7e8eb); }
  h1 { font-size: 1.4rem; letter-spacing: -0.02em; margin: 0; }
  p { color: light-dark(#5e6067, #a0a2a9); margin: 0.5rem 0 0; }
`;

export function createMessagePage({ name, title, text, reloadAfterSeconds }: MessagePage): {
  headers: Headers;
  body: string;
} {
  const reloads = reloadAfterSeconds !== undefined;
  const refresh = reloads ? `<meta http-equiv="refresh" content="${reloadAfterSeconds}">\n` : "";
  const headers: Headers = {
    "cache-control": "no-store",
    // In a sandbox, nothing reloads by itself.
    "content-security-policy": reloads ? policy : `${policy}; sandbox`,
    "content-type": "text/html; charset=utf-8",
  };
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refresh}<title>${escapeHtml(name)} · MDReader</title>
<style>${styles}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
</main>
</body>
</html>
`;
  return { headers, body };
}
