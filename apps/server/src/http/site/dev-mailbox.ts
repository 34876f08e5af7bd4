import { Hono } from "hono";

import { type StoredMail, type DevMailbox } from "../../adapters/mail/dev-mailbox.ts";
import { escapeHtml } from "../../adapters/mail/templates.ts";
import { type Env, isLoopbackRequest } from "./env.ts";

export interface MailsOptions {
  /** The mailbox to display; null if it must not be displayed. */
  outbox: DevMailbox | null;
}

/**
 * Shows unsent mails during development, so that their links can be followed, as a page or as JSON, depending on the
 * Accept header. The links grant access, so only requests from this machine are allowed.
 */
export function createMailRoutes(outbox: DevMailbox) {
  return new Hono<Env>().get("/", async (context) => {
    if (!isLoopbackRequest(context)) return context.notFound();
    const items = await outbox.list();
    if (context.req.header("accept")?.includes("application/json")) return context.json({ items });
    return context.html(writePage(items), 200, { "content-security-policy": policy });
  });
}

/** Mails are displayed as HTML, so the page allows styles but no scripts. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const styles = `
  :root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; }
  body { max-width: 44rem; margin: 3rem auto; padding: 0 1.25rem; background: light-dark(#f7f6f3, #131417); color: light-dark(#22242a, #e7e8eb); }
  h1 { font-size: 1.6rem; letter-spacing: -0.02em; margin: 0; }
  p.lead, .meta { color: light-dark(#5e6067, #a0a2a9); }
  article { margin: 1.5rem 0; border: 1px solid light-dark(#e3e2de, #303238); border-radius: 0.75rem; background: light-dark(#fff, #1b1d21); overflow: hidden; }
  article > header { padding: 0.9rem 1.25rem; border-bottom: 1px solid light-dark(#e3e2de, #303238); }
  article > header h2 { font-size: 1rem; margin: 0; }
  article > header p { font-size: 0.875rem; margin: 0.1rem 0 0; overflow-wrap: anywhere; }
  article > div { padding: 0.5rem 1.25rem; }
  a { color: light-dark(#4343c2, #a3adff); }
`;

const writePage = (mails: readonly StoredMail[]) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Emails · MDReader</title>
<style>${styles}</style>
</head>
<body>
<main>
<h1>Emails</h1>
<p class="lead">SMTP_URL isn't set, so these emails were stored here instead of being sent. They are visible only on this machine. Newest first.</p>
${mails.length === 0 ? "<p>None yet.</p>" : mails.map(writeArticle).join("\n")}
</main>
</body>
</html>
`;

const writeArticle = ({ at, to, subject, html }: StoredMail) => `<article>
<header>
<h2>${escapeHtml(subject)}</h2>
<p class="meta">To ${escapeHtml(to)}, <time datetime="${escapeHtml(at)}">${escapeHtml(at.replace("T", " ").slice(0, 19))} UTC</time></p>
</header>
<div>${html}</div>
</article>`;
