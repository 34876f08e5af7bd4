import { createHash } from "node:crypto";

import { pageStyles } from "./html-styles.ts";

const styleHash = createHash("sha256").update(pageStyles).digest("base64");

/** The content security policy of an exported page. It allows no scripts, and only the page's own styles. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "img-src data: https: http:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for HTML and for attributes in quotes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");

/** Writes a note in place of content that the page does not show. */
export const writeNote = (text: string): string => `<span class="missing">${escapeHtml(text)}</span>`;

/** Whether a document begins with a heading that serves as its title. */
const startsWithTitle = /^(?:<table class="front-matter">[^]*?<\/table>)?\s*<h1\b/;

/**
 * Writes a self-contained page.
 * @param body Safe HTML.
 */
export function writePage(title: string, body: string): string {
  const heading = startsWithTitle.test(body) ? "" : `<h1 dir="auto">${escapeHtml(title)}</h1>\n`;
  return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(pagePolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${pageStyles}</style>
</head>
<body>
<main>
${heading}${body}</main>
</body>
</html>
`;
}
