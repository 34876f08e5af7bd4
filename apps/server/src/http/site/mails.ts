import { Hono } from "hono";

import { type KeptMail, type Outbox } from "../../adapters/mail/outbox.ts";
import { escapeHtml } from "../../adapters/mail/templates.ts";
import { isLoopback } from "../peer.ts";
import { type Env, factsFor } from "./env.ts";

export interface MailsOptions {
  /** Where mails are kept that may be shown; null where none may. */
  outbox: Outbox | null;
}

/** The names of this machine. A page of another site that points its own name here comes with that name. */
const ownNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * In development: the mails that would have been sent, so that their links can be followed; as a page, or as JSON for who
 * asks for that. They let people in, so only this machine sees them.
 */
export function mailRoutes(outbox: Outbox) {
  return new Hono<Env>().get("/", async (context) => {
    const { hostname } = new URL(context.req.url);
    if (!isLoopback(factsFor(context).ipAddress) || !ownNames.has(hostname)) return context.notFound();
    const items = await outbox.list();
    if (context.req.header("accept")?.includes("application/json")) return context.json({ items });
    return context.html(page(items));
  });
}

const page = (mails: readonly KeptMail[]) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Mails</title>
<h1>Mails that were not sent</h1>
<p>SMTP_URL is not set. The newest comes first.</p>
${mails.map(article).join("\n")}
</html>
`;

const article = ({ at, to, subject, html }: KeptMail) => `<hr>
<h2>${escapeHtml(subject)}</h2>
<p>To ${escapeHtml(to)}, ${escapeHtml(at)}</p>
${html}`;
